"""Search engines of the whole web, their special searches, and the start pages and toolbars that search with them."""

SITES = """
Google: google.* googel.* gogole.* gogle.* googl.* gppgle.* wwwgoogle.* goo.gl encrypted.google.com
    webcache.googleusercontent.com cse.google.* com.google.android.googlequicksearchbox
    com.google.android.apps.searchlite isearch.avg.com search.avg.com search.sweetim.com search.incredimail.com
    search.incredibar.com search.foxtab.com search.hiyo.com search.juno.com search.alot.com search.walla.co.il
    search.zonealarm.com delta-search.com find.tdc.dk searchresults.verizon.com gfsoso.com start.lenovo.com wow.com
    search.zum.com search.gmx.com
Google Images: images.google.* google.*/imgres google.*/images lens.google.com
Google News: news.google.* news.url.google.com google.*/news com.google.android.apps.magazines
Google Scholar: scholar.google.*
Google Books: books.google.* google.*/books
Google Maps: maps.google.* google.*/maps goo.gl/maps maps.app.goo.gl com.google.android.apps.maps
Google Patents: patents.google.*
Google Blogsearch: blogsearch.google.*
Google Translate: translate.google.* translate.goog translate.googleusercontent.com
Google Travel: google.*/travel google.*/flights
Bing: bing.* bing.net cc.bingj.com search.msn.* search.live.* msn.com/search com.microsoft.bing search.microsoft.com
Bing Images: bing.com/images cn.bing.com/images
Bing Maps: bing.com/maps
Bing News: bing.com/news
Bing Videos: bing.com/videos
MSN: msn.* msn.cn ntp.msn.com ntp.msn.cn com.microsoft.amp.apps.bingnews
Edge: edgeservices.bing.com
Yahoo!: yahoo.* search.yahoo.* r.search.yahoo.com yahoo.net cade.com.br benefind.de
Yahoo! Images: images.search.yahoo.* image.search.yahoo.* images.yahoo.* image.yahoo.*
Yahoo! Video: video.search.yahoo.* video.yahoo.*
Yahoo! Directory: dir.yahoo.*
Yahoo! Japan: yahoo.co.jp search.yahoo.co.jp jword.jp search.jword.jp
Yahoo! Japan Images: image.search.yahoo.co.jp
Yahoo! Japan Videos: video.search.yahoo.co.jp
Yahoo! News: news.yahoo.* news.search.yahoo.*
DuckDuckGo: duckduckgo.com ddg.gg duck.com duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad.onion
    3g2upl4pq6kufc4m.onion com.duckduckgo.mobile.android
Yandex: yandex.* ya.ru clck.yandex.* xmlsearch.yandex.* ru.yandex.searchplugin
Yandex Images: images.yandex.* yandex.*/images
Yandex Video: video.yandex.* yandex.*/video
Yandex Maps: maps.yandex.* yandex.*/maps n.maps.yandex.ru
Yandex News: news.yandex.* yandex.*/news
Baidu: baidu.* baidu.jp baidu.co.th com.baidu.searchbox gougou.com
Baidu Images: image.baidu.com image.baidu.*
Ecosia: ecosia.org com.ecosia.android
Qwant: qwant.com qwantjunior.com com.qwant.liberty
StartPage: startpage.com startingpage.com startpagel6srwcjlue4zgq3zevrujfaow726kjytqbbjyrswwmjzcqd.onion
IXquick: ixquick.*
Brave: search.brave.com brave.com/search search.brave4u7jddbv7cyviptqjc7jusxh72uik7zt6adtckl5f4nwy2v72qd.onion
Kagi: kagi.com
Mojeek: mojeek.*
Swisscows: swisscows.* hulbee.*
MetaGer: metager.* metager2.de metager3.de meta.rrzn.uni-hannover.de
Searx: searx.* searx.be searxng.* paulgo.io priv.au northboot.xyz opnxng.com
LibreX: librex.*
Whoogle: whoogle.*
Presearch: presearch.com presearch.org
Neeva: neeva.com
Yep: yep.com
Marginalia: search.marginalia.nu marginalia-search.com
Wiby: wiby.me wiby.org
Stract: stract.com
Freespoke: freespoke.com
Gibiru: gibiru.com
Lilo: lilo.org search.lilo.org
Ekoru: ekoru.org
OceanHero: oceanhero.today
Karma: karmasearch.org karmasearch.com
Entireweb: entireweb.com
Gigablast: gigablast.com
Exalead: exalead.* exalead.com
Cuil: cuil.com
blekko: blekko.com
Hotbot: hotbot.*
Lycos: lycos.* search.lycos.* hotbot.lycos.com
Excite: excite.* search.excite.*
AltaVista: altavista.* search.altavista.com av.com
AllTheWeb: alltheweb.com
Teoma: teoma.com
Looksmart: looksmart.com
Dogpile: dogpile.com
MetaCrawler: metacrawler.*
WebCrawler: webcrawler.com
InfoSpace: infospace.com webfetch.com search.kiwee.com start.facemoods.com search.fbdownloader.com start.funmoods.com
    search.magentic.com search.iminent.com searches.vi-view.com inspsearch.com
Inbox: inbox.com/search www2.inbox.com
Info.com: info.com
Mamma: mamma.com
Search.com: search.com
Ask: ask.* ask.jp askkids.com askjeeves.* search-results.com iwon.com qbyrd.com searchqu.com ask.reference.com
Ask Toolbar: search.tb.ask.com tb.ask.com
AOL: aol.* search.aol.* aolsearch.* aolsearch.com aolrecherche.aol.fr aolsvc.aol.com recherche.aol.fr suche.aol.*
Netscape: search.netscape.com netscape.com
Compuserve: websearch.cs.com
Comcast: ~comcast.net ~xfinity.com
Charter: charter.net
EarthLink: ~earthlink.net
PeoplePC: ~peoplepc.com
Road Runner Search: search.rr.com
Babylon: search.babylon.com searchassist.babylon.com isearch.babylon.com
Conduit: search.conduit.com
MyWebSearch: mywebsearch.com mysearch.com myway.com
Dalesearch: dalesearch.com
Certified-Toolbar: search.certified-toolbar.com
Crawler: crawler.com
AlohaFind: alohafind.com
PlusNetwork: plusnetwork.com
Searchya: searchya.com
Search Mobile Online: searchmobileonline.com
Speedbit: home.speedbit.com
Claro Search: claro-search.com
Daemon Search: daemon-search.com
Globososo: globososo.com
Snap.do: search.snapdo.com search.snap.do
Softonic: search.softonic.com
Genieo: search.genieo.com
Findwide: search.findwide.com
Freecause: search.freecause.com
Fast Browser Search: fastbrowsersearch.com
I-play: start.iplay.com
iMesh: search.imesh.com
Winamp: search.winamp.com
WebSearch: websearch.com
Surf Canyon: surfcanyon.com
Privacy Wall: privacywall.org
SearchEncrypt: searchencrypt.com
SearchLock: searchlock.com
Disconnect Search: search.disconnect.me
Peekier: peekier.com
Oscobo: oscobo.com
Findx: findx.com
Unbubble: unbubble.eu
Gexsi: gexsi.com
Jive Search: jivesearch.com
Monocles: monocles.de
Infinity Search: infinitysearch.co
Avira SafeSearch: search.avira.com search.avira.net safesearch.avira.com
F-Secure Search: search.f-secure.com
Avast: search.avast.com
Norton Safe Search: nortonsafe.search.ask.com search.norton.com safesearch.norton.com
Petal Search: petalsearch.com com.huawei.hwsearch
Yippy: yippy.com search.yippy.com
Kosmix: kosmix.com
Kartoo: kartoo.com
Clusty: clusty.com
Wolfram Alpha: wolframalpha.com
Picsearch: picsearch.com
TinEye: tineye.com
Blogdigger: blogdigger.com
Icerocket: icerocket.com
Technorati: technorati.com
Twingly: twingly.com
Blogpulse: blogpulse.com
Kensaq: kensaq.com
Zapmeta: zapmeta.* zapmetasearch.*
Everyclick: everyclick.com
Forestle: forestle.org forestle.mobi znout.org
Hooseek: hooseek.com
Goodsearch: goodsearch.com
Jungle Key: junglekey.com junglekey.fr
Lo.st: lo.st
Mozbot: mozbot.*
Monstercrawler: monstercrawler.com
Euroseek: euroseek.com
Eurip: eurip.com
Searchalot: searchalot.com
Searchy: searchy.co.uk
TrovaRapido: trovarapido.com
Trouvez: trouvez.com
X-recherche: x-recherche.com
Walhello: walhello.*
Qualigo: qualigo.*
Amfibi: amfibi.com
Ufindus: ufindus.com
Scour: scour.com
AllTheInternet: alltheinternet.com
KidRex: kidrex.org
Kiddle: kiddle.co
Kidzsearch: kidzsearch.com
Junior Safe Search: juniorsafesearch.com
K9 Safe Search: k9safesearch.com
Swiggle: swiggle.org.uk
Blinde Kuh: blinde-kuh.de
fragFINN: fragfinn.de
Helles Köpfchen: helles-koepfchen.de
Tusk: tusksearch.com
Trustnav: trustnav.com
Torry: torry.io
Ahmia: ahmia.fi
Alexa: alexa.com
dmoz: dmoz.org dmoz-odp.org curlie.org
HighBeam: highbeam.com
RPMFind: rpmfind.net
Yasni: yasni.*
123people: 123people.*
Yatedo: yatedo.*
Pipl: pipl.com
Spokeo: spokeo.com
PeopleCheck: peoplecheck.de
PriceRunner: pricerunner.*
"""
