"""The class of a device: what its user agent says outright, and the conventions by which makers name their models.

Android alone says little: a tablet's browser leaves "Mobile" out, but one tablet in five keeps it, and a television's
leaves it out too.
"""

import re
from functools import cache

DESKTOP, MOBILE, TABLET, TV = "Desktop", "Mobile", "Tablet", "TV"
CONSOLE, WEARABLE, CAR, SPEAKER = "Console", "Wearable", "Car Browser", "Smart Speaker"

#: Diagonals in inches in which televisions are sold.
_INCHES = "(?:19|2[0248]|3[129]|4[023589]|5[0158]|6[05]|7[057]|8[56])"

_TELEVISIONS = (
    r"(?i:smart-?_?tv|hbbtv|google ?tv|android ?tv|apple ?tv)|NetCast|Web0S|NETTV|CE-HTML|\bTV\b|_TV_|TV Store",
    r"\bOMI/|BRAVIA|\bAFT[A-Z0-9]+|CrKey|Chromecast|\bRoku|(?i:vizio)|VIDAA|TiVoOS|Viera|\bDTV\b|Maple20|AQUOS|tvOS|"
    r"smarttv_",
    r"\bSTB\b|_STB_|Espial|ANTGalio|BrightSign|olleh tv|Dreambox|KreaTV|WebTV|Andr0id|InettvBrowser|Tbrowser|Zeasn|"
    r"SonyCE",
    r"\bBDP\d|Escape 5|\(Astro;|VSTVB|Linux (?:mips|sh4)|, ?(?:wired|wireless)\)|avui/tv|MR-Device/|tclwebkit|"
    r"\(Linux(?: arm\w*)?[ ;)](?!.*(?:Android|Silk|Mobile|Tizen|U; ))",
    # The second letter of a build is the branch of Android, T the one for television.
    r"Build/[N-U]T[A-Z]\d",
)

#: In the model's name: the word, a panel, a diagonal before letters and figures; and the names of boxes and sticks.
_TELEVISION_MODELS = (
    r"(?<!\bD)(?<!\bHD)TV(?![A-Z])|ATV|DVB|LED[-_ ]?\d\d|[OQ]LED|\dLED|LED-|\bShell \w|UHD|(?<!\d)4K(?![A-Z])|"
    r"[A-Z]\d4K",
    rf"^{_INCHES}[A-Z]{{1,6}}[-_ ]?\d|^[A-Z]{_INCHES}[A-Z]{{1,3}}\d{{3}}|[-_ ]{_INCHES}[A-Z]{{1,5}}[-_]?\d",
    rf"^[A-Z]{{3,4}}{_INCHES}[A-Z]{{2,4}}\d|^[A-Z]{_INCHES}[A-Z]{{3,5}}\d|[-_ ][A-Z]{_INCHES}[A-Z]\d\d|"
    rf"^[KQ]{_INCHES}[A-Z]{{1,2}}-",
    r"(?i:box(?!er)|stick\b|dongle|\bstb|projector)|YNDX-0",
    r"(?:^|_)(?:X9[268]|A95X|H96|T9[56]|TX\d|MXQ|X88|HK1|KM\d(?!\d)|R69|Q96|M8S|S912|V88|rk3|RK3|RKM)",
    r"(?i:ugoos|zidoo|mecool|beelink|mygica|vontar|tanix|minix|formuler|transpeed|pendoo|vorke|magicsee|yundoo|"
    r"orbsmart|infomir|homatics|himedia|egreat|wetek|tronsmart|alfawise)",
    r"^(?:NEO-[XU]|GT-?King|GTX-R|Smotreshka|Rombica|HiSmart|Vinabox|VIP\d{4}|DCTI?W)",
)

#: Makers' names for their tablets: the word itself, a diagonal, the series.
_TABLET_MODELS = (
    r"(?i:(?<![a-z])(?:[a-z]{1,6}[ _-]?)?tab(?:let|s|\d|\b|_| )|[a-z]tab[ _-]?\d|"
    r"(?<!tech)(?<!cool)(?<!tech )pad(?!fone))",
    r"(?i:slate|wi-?fi|\bmid[ -]?\d|iplay|ebook|boox|e-?reader|readboy|surface(?! duo)|kindle|pocketbook|kobo|\bnook)",
    r"\bSM-[TXP]\d{3}|\bGT-P\d{4}|\bGT-N(?:51|80)\d\d",
    r"\bTB-?[\dXJ]\w{2,}|\bTB\d{3}[A-Z]{2}|\bYT\d?-?[XJ]\d|Lenovo [AB]\d{4}-[A-Z]",
    r"\b[A-Z]{2,3}[A-Z\d]-W\d\d|\b(?:HUAWEI )?M[2-6]-\w\d\d[LW]|\bMediaPad",
    r"\b(?:AGS|AGR|BAH|BGO|BG2|BTK|BTV|BZ[ACIKTW]|CMR|DBY|GEM|GOT|HDL|HDN|HEY|JDN|KJR|KOB|[Kk]obe|KRJ|MON|MRX|NDL|"
    r"SCM|SHT|"
    r"TGR|VRD|WGR)\w?\d?-",
    r"\b(?:BQ|Archos)[- ]?(?:7|8|9|1[01])\d{2,3}(?:\b|[A-Z])|(?<![A-Za-z0-9])(?:[TPCNMS]S|TT)(?:7|8|9|"
    r"1[012])\d{2,3}[A-Z]{2}",
    r"\bPM[PT]\d{4}|^(?:8|9)[01]\d{2}[A-Z](?:\b|\d|_)|\b\d{5,}RP[A-Z]{2,}|\bOPD\d{4}|\bPA2\d{3}",
    r"(?<![-\w])(?:CCIT A?|TPC|MFC|NX[AM]|RC|MOMO|TM|RMD|QS|AN|KT|HTB|ACTAB|QM|CT)[-_ ]?0?(?:7|8|9|1[012])\d{1,3}|"
    r"\bNomi_C\d{6}",
    r"^T[XZ]\d{2,3}\b|^M(?:7|8|9|10)(?:[-_ ]?(?:3G|4G|[Ww]ifi|L|S|Plus))?\b|^[MPT]\d{2}[A-Za-z]*_(?:EEA|ROW)|"
    r"^[MPT]\d0(?:HD|Plus|S)?$",
    r"^(?:SUPRA )?M[789]\d{2}[A-Z]{0,2}$|^GT-7\d{3}|^WO \d|(?i:hope\d|freeme|zync|irbis|hi-?pad)",
    r"\b[AB]1-[78]|\bB3-A|\bME\d{3}[A-Z]|\bTF\d{3}|\bMZ60|Nexus (?:7|9|10)\b|\bPixel C|\bSGP\d|Xoom|Transformer|Iconia",
    r"\bKF[A-Z]{2,5}\b|BNTV|BNRV",
    r"(?i:(?:^|[ _])(?:7|8|9|10)(?:[.,]\d+)?(?:\"|''|inch| ?hd| ?3g| ?4g| ?lte)(?:\b|_))",
    r"(?i:(?<!\d)(?:7|8|9|10)\d{2}[ _-]?(?:3g|4g|lte)\b)",
)
_TABLETS = (
    r"iPad|PocketBook|Kobo |TouchPad|hp-tablet|RIM Tablet|Silk-Accelerated|Kindle|\bKF[A-Z]{2,5}\b|\bTablet\b(?! PC)|"
    r"nook browser|TAJB|PlayBook"
)

_WEARABLES = (
    r"(?<!Air)[Ww]atch(?!Free)|SM-R\d{3}|OculusBrowser|; Quest |PicoBrowser|\bVR (?:Safari|Wolvic)|Mobile VR|"
    r"Gear Live|Glass 1|Moto 360|WIB/"
)
_CONSOLES = (
    r"PlayStation|PLAYSTATION|Nintendo|(?i:\bxbox)|\bPS[34]\b|SEGA|Aplix_|\bOUYA|SHIELD(?! Tab)|Dreamcast|Retroid"
)
_CARS = r"Tesla/|QtCarBrowser|\b8227L|CarPad|AFTLBT962|AFTLFT962|Porsche|AirTouch|T3[ -][Kk]200|\bYT[579]\d{3}(?!-)"
_SPEAKERS = r"\bAEO[A-Z]{2}|Echo/|AVSDeviceSDK|Sonos|HomePod|CrKey.*SmartSpeaker|yandexstation"
_PHONES = (
    r"iPhone|FB4A|iPod|dv\(iPh|Mobi|Phone|Windows CE|IEMobile|BlackBerry|Symbian|Series[46]0|MIDP|CLDC|"
    r"(?i:up\.browser)|MMP/|(?i:nokia)|\bMAUI|\bMRE\b|(?i:brew)|NetFront|Obigo|Teleca|PalmSource|KAIOS|Bada|J2ME|"
    r"Opera Mini|UCWEB|DoCoMo|WAP|webOS/|Profile/|\bPalm|Xiino|MeeGo|Sailfish|FBDV/iPh|SIE-|KDDI"
)
_DESKTOPS = (
    r"Windows|Macintosh|Mac OS|macOS|Darwin|X11|CrOS|Wayland|Linux (?:x86_64|i\d86|amd64)|AmigaOS|BSD|Chromebook|"
    r"Pixelbook|OpenVMS|Haiku|OS/2|OSF1|Linux|\bwin1[01]|Desktop"
)
#: Phones that unfold, or ask for a desktop's page, leave "Mobile" out; their makers' series are known all the same.
_PHONE_MODELS = (
    r"^(?:SAMSUNG )?SM-[AFGJMNSWZ]\d|-(?:AN|AL|LX|NX|N|TL|TN|L|CL|UL|LGN)\d\d[a-z]?$|^(?i:moto|vivo|oneplus|pixel|"
    r"redmi|poco)\b|^(?:CPH|RMX|V2\d{3}|M2\d{3}J|G0\d\d[A-Z]|XT\d{4}|LM-[GQVXK]|HTC|LG-[DEFHKP]|Nokia|iPhone|"
    r"Nexus [456])|PadFone"
)
_PC_MODELS = (
    r"(?i:^(?:inspiron|lifebook|aspire|extensa|travelmate|satellite|portege|tecra|hp (?:elite|pro|pavilion|laptop)|"
    r"elitebook|"
    r"probook|thinkpad \w\d|thinkcentre|latitude|optiplex|vostro|precision|nuc\d|vivobook|zenbook|vaio|macbook|imac|"
    r"standard pc|virtualbox|vmware|20[a-z\d]{8}$))"
)

_ANDROID = re.compile(r"Android|Adr \d|Dalvik|\bLinux; U;|HarmonyOS", re.IGNORECASE)
_MODEL = re.compile(
    r"(?:Android|Adr|Andr0id)[ /]?[\d.]*(?:; ?HarmonyOS)?(?:; ?(?:[a-z]{2}[-_ ][A-Za-z]{2,4}|[a-z]{2}|"
    r"xx))?(?:[-_]\w+)?[;,] ?"
    r"(?P<model>[^;)]+?)(?: Build/|\)|;| AppleWebKit|$)",
    re.IGNORECASE,
)


def read_device(user_agent: str) -> str:
    """Gives the class of the device, "" if it is not known."""
    rules = _rules()
    if match := _MODEL.search(user_agent):
        model = match["model"]
    else:
        model = user_agent if _ANDROID.search(user_agent) else ""
    for device, pattern, of_model in rules:
        if pattern.search(model if of_model else user_agent):
            return device
    return _by_convention(user_agent)


def _by_convention(user_agent: str) -> str:
    if _ANDROID.search(user_agent):
        # What is no browser leaves both "Mobile" and "Safari" out.
        return MOBILE if "mobi" in user_agent.lower() or "safari" not in user_agent.lower() else TABLET
    if _pattern(_PHONES).search(user_agent):
        return MOBILE
    return DESKTOP if _pattern(_DESKTOPS).search(user_agent) else ""


@cache
def _pattern(source: str) -> re.Pattern[str]:
    return re.compile(source)


@cache
def _rules() -> tuple[tuple[str, re.Pattern[str], bool], ...]:
    """Gives device, pattern and whether the model is asked alone, in the order in which they are asked."""
    return tuple(
        (device, re.compile(pattern), of_model)
        for device, pattern, of_model in (
            (CAR, _CARS, False),
            (SPEAKER, _SPEAKERS, False),
            (WEARABLE, _WEARABLES, False),
            (TV, "|".join(_TELEVISIONS), False),
            (CONSOLE, _CONSOLES, False),
            (MOBILE, "WPDesktop|Lumia", False),
            (DESKTOP, _PC_MODELS, True),
            (DESKTOP, "Chromebook|Pixelbook", False),
            (TABLET, _TABLETS, False),
            (TABLET, "|".join(_TABLET_MODELS), True),
            (MOBILE, _PHONE_MODELS, True),
            (TV, "|".join(_TELEVISION_MODELS), True),
            # Yandex's app for Android pads says so.
            (TABLET, "/apad", False),
        )
    )
