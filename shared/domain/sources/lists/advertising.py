"""Networks that sell clicks: who comes from their hosts comes by an advertisement."""

SITES = """
Google: ads.google.com adwords.google.com doubleclick.net googleadservices.com googlesyndication.com 2mdn.net
    adsensecustomsearchads.com syndicatedsearch.goog googlesyndicatedsearch.com adservice.google.*
    imasdk.googleapis.com googletagservices.com
Bing: bat.bing.com ads.bing.com ads.microsoft.com bingads.microsoft.com
Xandr: adnxs.com
Yandex.Direct: an.yandex.ru yabs.yandex.* bs.yandex.ru direct.yandex.*
Amazon: amazon-adsystem.com advertising.amazon.*
Facebook: an.facebook.com
Criteo: criteo.com criteo.net
Taboola: taboola.com taboolanews.com
Outbrain: outbrain.com
Adform: adform.net adform.com
AdRoll: adroll.com
ADFOX: adfox.ru adfox.yandex.ru
Adition: adition.com
AdSpirit: adspirit.de
Acuity Ads: acuityplatform.com
BidSwitch: bidswitch.net
Casale Media: casalemedia.com indexww.com
Eyeota: eyeota.net
Flashtalking: flashtalking.com
Fluct: adingo.jp
MicroAd: microad.jp microad.net
OpenX: openx.net openx.com servedbyopenx.com
Plista: plista.com
PubMatic: pubmatic.com
Rubicon Project: rubiconproject.com magnite.com
Sizmek: serving-sys.com sizmek.com
Sonobi: sonobi.com
Sovrn: lijit.com sovrn.com
Smart AdServer: smartadserver.com
Teads: teads.tv teads.com
The Trade Desk: adsrvr.org
MediaMath: mathtag.com
Quantcast: quantserve.com
Media.net: media.net contextual.media.net
MGID: mgid.com
RevContent: revcontent.com
Zemanta: zemanta.com
Yieldmo: yieldmo.com
ZEDO: zedo.com
PropellerAds: propellerads.com propu.sh
Popads: popads.net popcash.net
Adsterra: adsterra.com
ExoClick: exoclick.com exosrv.com
TrafficJunky: trafficjunky.net
TrafficStars: trafficstars.com
JuicyAds: juicyads.com
HilltopAds: hilltopads.com
Clickadu: clickadu.com
AdCash: adcash.com
BuySellAds: buysellads.com carbonads.net carbonads.com srv.buysellads.com
EthicalAds: ethicalads.io
Seedtag: seedtag.com
Nativo: nativo.com
TripleLift: 3lift.com triplelift.com
Sharethrough: sharethrough.com
Unity Ads: unityads.unity3d.com
AppLovin: applovin.com
Vungle: vungle.com
InMobi: inmobi.com
Liftoff: liftoff.io
StackAdapt: stackadapt.com srv.stackadapt.com
Kargo: kargo.com
GumGum: gumgum.com
Baidu: cpro.baidu.com pos.baidu.com
VKontakte: ads.vk.com target.my.com
Naver: adcr.naver.com ad.naver.com siape.veta.naver.com
Daum: display.ad.daum.net
Yahoo!: gemini.yahoo.com ads.yahoo.com im.ov.yahoo.co.jp
"""
