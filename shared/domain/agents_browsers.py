"""The browser that a user agent names: product tokens, the one that says most about it first.

A user agent names its ancestors too ("Mozilla/5.0 … Chrome/140.0.0.0 Safari/537.36 OPR/124.0"), so every known product
in it is found and the first of the table among them is the browser. Names are Plausible's, which are those of Matomo's
reports; of a mobile edition only where its name is its own ("IE Mobile", but "Chrome").
"""

import re
from functools import cache

#: Tokens in the order in which they are preferred, each with the browser's name where that is another.
_PRODUCTS = """
    PicoBrowser: PICO Browser; OculusBrowser: Oculus Browser; Wolvic;
    # In front of a system's browser, or beside it.
    TV Bro; Quick Search TV; BrowseHere; tclwebkit: BrowseHere; Odin; Tbrowser: T-Browser; LG Browser;
    RokuBrowser: Roku Browser; SRAF: Seraphic Sraf; ANTGalio; Espial: Espial TV Browser; Escape: Espial TV Browser;
    AltiBrowser; Colt: Crow Browser; Maple; Maple2011: Maple; Maple2012: Maple; NintendoBrowser: Nintendo Browser;
    NuantiMeta: Nuanti Meta; OMI: Opera Devices; WhaleTV: Whale TV Browser;
    # On phones and tablets.
    YaBrowser: Yandex Browser; YaSearchBrowser: Yandex Browser; Yowser: Yandex Browser; UCTurbo: UC Browser Turbo;
    UCMini: UC Browser Mini; UCBrowser HD: UC Browser HD; UCBrowser: UC Browser; UC Browser; UBrowser: UC Browser;
    UCWEB: UC Browser; MiuiBrowser: Mi Browser; Mint Browser; MQQBrowser: QQ Browser; QQBrowser: QQ Browser;
    HuaweiBrowser: Huawei Browser Mobile; Quark; VivoBrowser: vivo Browser; HeyTapBrowser; OppoBrowser: Oppo Browser;
    RealmeBrowser: Realme Browser; PHX: Phoenix Browser; MZBrowser: Meizu Browser; AlohaBrowser: Aloha Browser;
    Puffin: Puffin Web Browser; baidubrowser: Baidu Browser; BIDUBrowser: Baidu Browser; baiduboxapp: Mobile App;
    SogouMobileBrowser: Sogou Mobile Browser; Atom; Odd: Odd Browser; ACHEETAHI: CM Browser; CMBrowser: CM Browser;
    MxBrowser: Maxthon; Maxthon; PocketBook: PocketBook Browser; LieBaoFast; ABB: AdBlock Browser;
    HiBrowser: Hi Browser; TansoDL: Kode Browser; 360 Aphone Browser: 360 Phone Browser;
    QuickBrowser: Hawk Quick Browser; 360 Alitephone Browser: 360 Speed Browser; SznProhlizec: Seznam Browser;
    MobileIron: Iron Mobile; WIB: Wear Internet Browser; mCent; NTENTBrowser: NTENT Browser;
    SurfBrowser: Surf Browser; IceCat; ZTE Browser; PiBrowser: Pi Browser; RakutenWebSearch: Rakuten Web Search;
    Soul: Soul Browser; wkbrowser: Wukong Browser; Mb2345Browser: 2345 Browser; 2345Explorer: 2345 Browser;
    coc_coc_browser: Coc Coc; coccocbrowser: Coc Coc; AirWatch Browser: VMware AirWatch;
    MobileLenovoBrowser: Lenovo Browser; SalamWeb; NoxBrowser: Nox Browser; Lite Browser: GO Browser; Cornowser;
    NetFrontLifeBrowser: NetFront Life; ybrowser: Yahoo! Japan Browser; Mercury; Mobicip;
    SailfishBrowser: Sailfish Browser; Dolphin; Dolfin: Dolphin; DuckDuckGo: DuckDuckGo Privacy Browser;
    Ddg: DuckDuckGo Privacy Browser; Ecosia; Brave; Rocket: Firefox Rocket; Focus: Firefox Focus; Klar: Firefox Klar;
    FlyFlow: Baidu Browser; bdbrowser_i18n: Baidu Browser; UCMobile: UC Browser; YandexSearch: Yandex Browser;
    YandexSearchBrowser: Yandex Browser; GranParadiso: Firefox; Mnenhy: Firefox; S40OviBrowser: Nokia Ovi Browser;
    OneBrowser: ONE Browser; BrowserNG: Nokia Browser; NokiaBrowser: Nokia Browser; Kindle: Kindle Browser;
    nook browser: Nook Browser; Kiwi; Avast: Avast Secure Browser; AVG: AVG Secure Browser;
    # On desks.
    Vivaldi; Whale: Whale Browser; Epiphany: GNOME Web; GOGGalaxyClient: GOG Galaxy; Konqueror; IBrowse;
    AmigaVoyager: Amiga Voyager; CoolNovo; BDSpark: Baidu Spark; Spark: Baidu Spark; Iceweasel; Midori; Sleipnir;
    NCSA_Mosaic: NCSA Mosaic; VMS_Mosaic: VMS Mosaic; ELinks: Elinks; Links; Lynx; w3m; AOL: AOL Explorer; Lunascape;
    chromeframe: Chrome Frame; OmniWeb; SunriseBrowser: Sunrise; Iron; Comodo_Dragon: Comodo Dragon;
    Dragon: Comodo Dragon; IceDragon; PaleMoon: Pale Moon; Waterfox; Basilisk; K-Meleon; Beonex; Fireweb Navigator;
    Kapiko; Flock; ChromePlus; Ordissimo; conkeror: Conkeror; Galeon; SeaMonkey; Camino; Netscape6: Netscape;
    Netscape; Navigator: Netscape; Phoenix; Swiftfox; WebPositive; Falkon; QupZilla; Otter: Otter Browser;
    Sogou Explorer; MetaSr: Sogou Explorer; SE 2.X: Sogou Explorer; 360SE: 360 Secure Browser; Avant Browser; iCab;
    Arora; Dooble; Floorp;
    # Other apps that show pages.
    FBAN: Mobile App; FBAV: Mobile App; FB_IAB: Mobile App; Instagram: Mobile App; MicroMessenger: Mobile App;
    Line: Mobile App; Snapchat: Mobile App; Pinterest: Mobile App; BytedanceWebview: Mobile App;
    musical_ly: Mobile App; LinkedInApp: Mobile App; GSA: Mobile App; TwitterAndroid: Mobile App;
    Slack_SSB: Mobile App; Viber: Mobile App; WhatsApp: Mobile App;
    # Old phones.
    UP.Browser: Openwave Mobile Browser; Openwave: Openwave Mobile Browser; NetFront; Browser/NF: NetFront;
    MAUI: MAUI WAP Browser; Obigo; ObigoInternetBrowser: Obigo; Teleca: Obigo; TelecaBrowser: Obigo; Polaris;
    Jasmine; SEMC-Browser; DoCoMo; Blazer: Palm Blazer; Palmscape; Xiino; jig browser: Jig Browser;
    Dorado WAP-Browser: Dorado; wOSBrowser; MotorolaWebKit: Motorola Internet Browser; BB10: BlackBerry Browser;
    PlayBook: BlackBerry Browser;
    # What the others imitate.
    OPX: Opera GX; OPRGX: Opera GX; OPT: Opera Touch; OPiOS: Opera Mini; Opera Mini; OPR: Opera;
    Edition Next: Opera Next; Opera; Edg: Microsoft Edge; EdgA: Microsoft Edge; EdgiOS: Microsoft Edge;
    Edge: Microsoft Edge; EdgW: Microsoft Edge; SamsungBrowser: Samsung Browser; Silk: Mobile Silk; FxiOS: Firefox;
    CriOS: Chrome; QtWebEngine; IEMobile: IE Mobile; MSIEMobile: IE Mobile; BlackBerry: BlackBerry Browser; Firefox;
    Fennec: Firefox; Namoroka: Firefox; Minefield: Firefox; Shiretoko: Firefox; Chromium;
    HeadlessChrome: Headless Chrome; CrMo: Chrome; Chrome; Trident: Internet Explorer; MSIE: Internet Explorer;
"""

#: What Android says of the device: a phone may be called "Dragon", and a build "OPR1".
_DEVICE = re.compile(r"(?:Android|Andr0id|Adr) ?[\d.]+;[^)]*?(?:\)|AppleWebKit|$)", re.IGNORECASE)
_WEBVIEW = re.compile(r"\bwv\b|Version/\d[\d.]* (?:Safari/[\d.]+ )?Chrome/", re.IGNORECASE)
_NOKIA = re.compile(r"^Nokia|Series60|SymbianOS|^NOKIA")
_APPLE = re.compile(r"iPhone|iPad|iPod|Mobile/\w+")
_ANDROID = re.compile(r"Android|Dalvik|Linux; U;|\bAdr \d", re.IGNORECASE)


def read_browser(user_agent: str) -> tuple[str, str]:
    """Gives the browser's name and its version as written; "" for what is not known."""
    pattern, products = _products()
    # A Windows Phone claims to be an Android too, and says the rest in the same brackets.
    named = user_agent if "Windows Phone" in user_agent else _DEVICE.sub("", user_agent)
    found = [
        (products[match["token"].lower()], match["version"] or match["bracketed"] or "")
        for match in pattern.finditer(named)
    ]
    if not found:
        return _unnamed(user_agent)
    (_, name), version = min(found, key=lambda product: product[0][0])
    return _edition(name, user_agent), _version(name, version, user_agent)


def _edition(name: str, user_agent: str) -> str:
    if name == "Yandex Browser" and "(lite)" in user_agent:
        return "Yandex Browser Lite"
    if name == "Chrome" and _ANDROID.search(user_agent) and _WEBVIEW.search(user_agent):
        return "Chrome Webview"
    return name


def _version(name: str, version: str, user_agent: str) -> str:
    if name == "Internet Explorer":
        # In the compatibility view it calls itself an older one; its engine does not.
        engine = re.search(r"Trident/(\d)", user_agent)
        said = re.search(r"MSIE (\d[\d.]*)", user_agent)
        return f"{int(engine[1]) + 4}.0" if engine else said[1] if said else ""
    if name.startswith("Opera") and version == "9.80":
        # Pages once took 10 for 1, so Opera stayed at 9.80 and put its own version behind.
        match = re.search(r"Version/(\d[\d.]*)", user_agent)
        return match[1] if match else version
    return version


def _unnamed(user_agent: str) -> tuple[str, str]:
    """The browsers that come with a system and leave their name out."""
    version = re.search(r"Version/(\d[\d.]*)", user_agent)
    if "Tizen" in user_agent:
        return "Tizen Browser", version[1] if version else ""
    if _ANDROID.search(user_agent):
        return "Android Browser", ""
    if _NOKIA.search(user_agent):
        return "Nokia Browser", ""
    if "Safari" in user_agent or _APPLE.search(user_agent):
        return "Safari", version[1] if version else ""
    return "", ""


@cache
def _products() -> tuple[re.Pattern[str], dict[str, tuple[int, str]]]:
    """Gives the pattern that finds every product with its version, and each token's rank and browser."""
    entries = [
        entry.strip().partition(": ")
        for line in _PRODUCTS.splitlines()
        if not line.lstrip().startswith("#")
        for entry in line.split(";")
        if entry.strip()
    ]
    # The longest first, so that a token is not found within one that it begins.
    tokens = sorted((token for token, _, _ in entries), key=len, reverse=True)
    pattern = (
        rf"(?<![a-z0-9])(?P<token>{'|'.join(map(re.escape, tokens))})(?![a-z])"
        r"(?:[/ _-]v?(?P<version>\d[\d.]*)|[ )]*\(v?(?P<bracketed>\d[\d.]*))?"
    )
    ranks = {token.lower(): (rank, name or token) for rank, (token, _, name) in enumerate(entries)}
    return re.compile(pattern, re.IGNORECASE), ranks
