"""The operating system that a user agent names.

Patterns in the order in which they are asked: a system that is made of another names both, so the narrower ones come
first. Names are Plausible's, which are those of Matomo's reports.
"""

import re
from functools import cache

#: The name, and the pattern; its group, where there is one, is the version.
_SYSTEMS = (
    ("Windows Phone", r"Windows Phone(?: OS)?[ /]?([\d.]+)?|\bwds ([\d.]+)|WPDesktop(?=.*Windows NT 6\.3)"),
    ("Windows RT", r"Windows NT 6\.[23]; ARM"),
    ("KIN OS", r"KIN\.\w+ ([\d.]+)"),
    ("palmOS", r"PalmSource|PalmOS|Palmscape|Xiino|Blazer"),
    ("Windows CE", r"Windows CE ?([\d.]+)?"),
    ("watchOS", r"[Ww]atch ?OS[,/ ]?([\d.]+)?|^Watch\d"),
    ("tvOS", r"Apple ?TV(?:/| ?OS )?([\d.]+)?|tvOS[/ ]?([\d.]+)?"),
    (
        "iPadOS",
        r"iPadOS[/ ]?([\d_.]+)?|iPad; CPU (?:iPhone )?OS ((?:1[3-9]|2\d)[\d_.]*)|iPad; iOS ((?:1[3-9]|2\d)[\d.]*)",
    ),
    (
        "iOS",
        r"\biP(?:hone|ad|od)[^)]*? OS ([\d_.]+)|\b(?:iOS|iPhone OS)[/ ;,]?([\d_.]+)?|\biP(?:hone|ad|od)|"
        r"\bdv\(iP(?:h|d).*?;ov\(([\d_]+)",
    ),
    (
        "Fire OS",
        r"\bAEO[A-Z]{2}\b|smarttv_AFT|\bAFT[A-Z0-9]{1,12}\b|\bKF[A-Z]{2,5}\b|Kindle Fire|Silk-Accelerated|"
        r"Fire ?OS[/ ]?([\d.]+)?",
    ),
    ("Chrome OS", r"CrOS \w+ ([\d.]+)|Chromebook.*?(?:Build/R\d+-([\d.]+)|\))|Pixelbook"),
    ("KaiOS", r"KAIOS/([\d.]+)|KAIOS"),
    ("Sailfish OS", r"Sailfish"),
    ("MeeGo", r"MeeGo"),
    ("Tizen", r"Tizen[/ ]?([\d.]+)?"),
    ("Bada", r"Bada[/ ]?([\d.]+)?"),
    ("MRE", r"\bMRE[/\\ ]([\d.]+)"),
    ("VIDAA", r"VIDAA(?:/([\d.]+))?"),
    ("TiVo OS", r"TiVoOS/([\d.]+)|TiVoOS"),
    ("ViziOS", r"ViziOS/([\d.]+)|VIZIO"),
    ("Whale OS", r"WHALEOS|Zeasn/"),
    ("Roku OS", r"\bRoku(?:/DVP-([\d.]+)|Browser/[\d.]+ \([\w-]+?-([\d.]+)\))?|; AP; ([\d.]+)"),
    ("BrightSignOS", r"BrightSign/(?:[A-Z]\w+/)?([\d.]+)"),
    ("Opera TV", r"TV Store/([\d.]+)|Opera/9\.80 \(Linux (?:mips|sh4|armv)"),
    ("webOS", r"(?:webOS|hpwOS)/([\d.]+)|WEBOS([\d.]+)|[Ww]eb[0O]S"),
    ("Orsay", r"SMART-TV.*Maple|SmartHub|Maple_?20|Samsung;SmartTV201[1-4]"),
    ("KoboOS", r"Kobo "),
    ("MocorDroid", r"MocorDroid([\d.]+)?"),
    ("CyanogenMod", r"CyanogenMod[-/]?([\d.]+)?"),
    ("Lineage OS", r"\blineage_"),
    ("YunOS", r"(?:AliyunOS|YunOS) ?([\d.]+)?"),
    ("OpenHarmony", r"OpenHarmony ?([\d.]+)?"),
    ("HarmonyOS", r"HarmonyOS(?: (\d[\d.]*))?"),
    ("PICO OS", r"PICO [\w ]+? OS([\d.]+)"),
    ("Meta Horizon", r"OculusBrowser|; Quest \w+\)"),
    ("GNU/Linux", r"Linux like Android"),
    ("Wear OS", r"Android [\d.]+; (?:SM-R\d{3}|Ticwatch)|Wear ?OS"),
    (
        "Android TV",
        r"Andr0id ([\d.]+)|Android TV|\bATV\b|BRAVIA \w+ .*ATV|AndroidTV|Android [\d.]+; (?:BRAVIA|[^;)]*(?:SMART|"
        r"Google) TV)",
    ),
    ("Google TV", r"GoogleTV ?([\d.]+)?"),
    ("Android", r"(?i:android)[ /-]?v?(\d[\d.]*)?|\bAdr (\d[\d.]*)|Dalvik|FB4A.*FBSV/([\d.]+)"),
    ("BlackBerry Tablet OS", r"RIM Tablet OS ([\d.]+)"),
    ("BlackBerry OS", r"BB10.*Version/([\d.]+)|BlackBerry.*Version/([\d.]+)|BlackBerry ?\d+\w*/([\d.]+)|BlackBerry"),
    ("Symbian OS Series 40", r"Series ?40"),
    ("Symbian OS Series 60", r"Series ?60/([\d.]+)|Series60"),
    ("Symbian^3", r"Symbian/3"),
    ("Symbian", r"Symbian|^Nokia|^NOKIA|\bNokia[A-Z]?\d"),
    ("Brew", r"(?i:brew)(?: MP)?[ /]?([\d.]+)?"),
    ("PlayStation Portable", r"PlayStation Portable|PSP \("),
    ("PlayStation", r"PlayStation (?:Vita )?(\d[\d. ]*)?|PLAYSTATION (\d)"),
    ("Nintendo", r"Nintendo (\w+)"),
    (
        "Windows",
        r"Windows NT (\d+\.\d+)|Windows (9[58]|2000|XP|ME|Vista)|Win(9[58])|\bwin(1[01])\b|Windows[/ ]?(\d[\d.]*)?|"
        r"Win9x",
    ),
    ("Mac", r"Mac ?OS(?: X)?[ /,]+([\d_.]+)|PPC Mac|Macintosh|macOS[,/ ]?([\d.]+)?|Darwin|Mac OS X"),
    ("Ubuntu", r"Ubuntu(?:[/ ]([\d.]+))?"),
    ("Debian", r"Debian(?:[/ -]([\d.]+))?"),
    ("Fedora", r"Fedora(?:/[\w.-]+fc(\d+))?"),
    ("Mint", r"Linux Mint[/ ]?(\d+)?"),
    ("Kubuntu", r"Kubuntu"),
    ("CentOS", r"CentOS"),
    ("Gentoo", r"Gentoo"),
    ("Slackware", r"Slackware"),
    ("Arch Linux", r"Arch ?Linux"),
    ("Ordissimo", r"Ordissimo"),
    ("FreeBSD", r"FreeBSD ?([\d.]+)?"),
    ("OpenBSD", r"OpenBSD"),
    ("NetBSD", r"NetBSD"),
    ("Haiku OS", r"Haiku"),
    ("AmigaOS", r"AmigaOS ?([\d.]+)?"),
    ("OpenVMS", r"OpenVMS V?([\d.]+)?"),
    ("OS/2", r"OS/2"),
    ("OSF1", r"OSF1 V?([\d.]+)?"),
    ("Solaris", r"SunOS|Solaris"),
    ("WebTV", r"WebTV/([\d.]+)"),
    ("GNU/Linux", r"Linux|X11"),
    ("MTK / Nucleus", r"MTK|Nucleus"),
    ("ThreadX", r"Threadx/?([\d.]+)?"),
    ("REX", r"\bREX[;/]"),
    ("Java ME", r"MIDP|J2ME|CLDC|Java;|UP\.Browser|Teleca"),
)

#: The kernel's version, and the name under which it is sold.
_WINDOWS = {
    "5.0": "2000",
    "5.1": "XP",
    "5.2": "XP",
    "6.0": "Vista",
    "6.1": "7",
    "6.2": "8",
    "6.3": "8.1",
    "6.4": "10",
    "10.0": "10",
}
#: The major version of Android, and of the Fire OS made of it.
_FIRE = {"4": "4", "5": "5", "6": "5", "7": "6", "9": "7", "10": "7", "11": "8", "12": "8", "13": "8"}
#: What is sold under Android's own versions.
_ANDROIDS = ("Android TV", "Google TV")
#: The year of a webOS television (after "webOS.TV-"), and its version.
_WEBOS = {"2016": "3", "2017": "3", "2018": "4", "2019": "4", "2020": "5", "2021": "6", "2022": "22", "2023": "23"}


def read_system(user_agent: str) -> tuple[str, str]:
    """Gives the system's name and its version, that of Windows as it is sold; "" for what is not known."""
    for name, pattern in _systems():
        if pattern.search(user_agent):
            groups = (group for match in pattern.finditer(user_agent) for group in match.groups())
            version = next(filter(None, groups), "").replace("_", ".").strip(". ")
            return name, _sold(name, version, user_agent)
    return "", ""


def _sold(name: str, version: str, user_agent: str) -> str:
    if name == "Windows":
        return _WINDOWS.get(version, version)
    if version:
        return version
    base = re.search(r"Andr[o0]id (\d[\d.]*)|webOS\.TV-(?P<year>\d{4})", user_agent)
    if base is None:
        return ""
    if name == "Fire OS":
        return _FIRE.get((base[1] or "").partition(".")[0], "")
    if name == "webOS":
        return _WEBOS.get(base["year"], "")
    return base[1] or "" if name in _ANDROIDS else ""


@cache
def _systems() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile(pattern)) for name, pattern in _SYSTEMS)
