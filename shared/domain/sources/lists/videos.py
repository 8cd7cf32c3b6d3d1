"""Sites for videos and live streams."""

SITES = """
YouTube: youtube.* youtu.be youtube-nocookie.com com.google.android.youtube com.google.android.apps.youtube.music
Vimeo: vimeo.com
Dailymotion: dailymotion.com dai.ly
Twitch: twitch.tv tv.twitch.android.app
Kick: kick.com
Rumble: rumble.com
Odysee: odysee.com lbry.tv
BitChute: bitchute.com
PeerTube: peertube.tv joinpeertube.org framatube.org
Nebula: nebula.tv nebula.app
Wistia: wistia.com wistia.net
Vidyard: vidyard.com
Loom: loom.com
Bilibili: bilibili.com b23.tv bilibili.tv tv.danmaku.bili
AcFun: acfun.cn
Youku: youku.com
Tudou: tudou.com
iQIYI: iqiyi.com iq.com
Tencent Video: v.qq.com
Douyu: douyu.com
Huya: huya.com
Haokan: haokan.baidu.com
Niconico: nicovideo.jp nico.ms
TwitCasting: twitcasting.tv
AbemaTV: abema.tv
Naver TV: tv.naver.com
AfreecaTV: afreecatv.com sooplive.co.kr
Rutube: rutube.ru
VK Video: vkvideo.ru
Aparat: aparat.com
DLive: dlive.tv
Trovo: trovo.live
Netflix: netflix.com
Hulu: hulu.com
Disney+: disneyplus.com
Crunchyroll: crunchyroll.com
Metacafe: metacafe.com
Veoh: veoh.com
TED: ted.com
Curiosity Stream: curiositystream.com
Plex: plex.tv watch.plex.tv
Google Video: video.google.*
"""
