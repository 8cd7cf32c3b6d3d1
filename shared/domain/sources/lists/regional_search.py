"""Search engines and portals of one country or language, and its telephone and business directories."""

SITES = """
360 Search: so.com so.360.cn haosou.com sou.com
Sogou: sogou.com soso.com sougou.com
Shenma: sm.cn m.sp.sm.cn quark.cn
Youdao: youdao.com
Zhongsou: zhongsou.com
ChinaSo: chinaso.com
Toutiao Search: so.toutiao.com
Yam: yam.com
Openfind: openfind.com.tw
GAIS: gais.cs.ccu.edu.tw
PChome: ~pchome.com.tw
Goo: goo.ne.jp ocnsearch.goo.ne.jp
Biglobe: ~biglobe.ne.jp
Nifty: ~nifty.com azby.fmworld.net
So-net: so-net.ne.jp
au one: ~auone.jp
docomo: ~docomo.ne.jp
Livedoor: ~livedoor.com
Infoseek: ~infoseek.co.jp
SeeSaa: ~seesaa.jp
hao123: hao123.com
Rakuten Search: websearch.rakuten.co.jp ~rakuten.co.jp
Fooooo: fooooo.com
Woopie: woopie.jp
Naver: naver.com com.nhn.android.search
Naver Images: image.search.naver.com imagesearch.naver.com
Daum: daum.net net.daum.android.daum
Nate: ~nate.com
Zum: zum.com
Cốc Cốc: coccoc.com
Laban: laban.vn
Zing: ~zing.vn
Rediff: ~rediff.com
Epic Search: epicsearch.in
Guruji: guruji.com
Khoj: khoj.com
Yongzin: yongzin.com
Parsijoo: parsijoo.ir
Yooz: yooz.ir
Gerdoo: gerdoo.me
Zarebin: zarebin.ir
Walla: ~walla.co.il
Morfix: ~morfix.co.il
Maktoob: ~maktoob.com
Mynet: ~mynet.com
Arama: arama.com
Yaani: yaani.com
Vuhuv: vuhuv.com
Geliyoo: geliyoo.com
Mail.ru: go.mail.ru mail.ru ru.mail.search
Rambler: nova.rambler.ru rambler.ru
Nigma: nigma.ru
Sputnik: sputnik.ru
Aport: aport.ru sm.aport.ru
Gogo: gogo.ru
Webalta: webalta.ru
Poisk.ru: poisk.ru
QIP: ~qip.ru
ICQ: icq.com
2GIS: 2gis.*
Meta.ua: meta.ua
I.ua: ~i.ua
Ukr.net: ukr.net
Bigmir: ~bigmir.net
Tut.by: ~tut.by
All.by: all.by
Akavita: akavita.by
Neti: neti.ee
Delfi: ~delfi.*
www.ee: search.www.ee
Latne: latne.lv
Apollo: apollo.lv
Onet: ~onet.pl
WP: ~wp.pl
Interia: ~interia.pl google.interia.pl
Gazeta: ~gazeta.pl
NetSprint: netsprint.pl
Szukacz: szukacz.pl
Gooru: gooru.pl
Seznam: search.seznam.cz seznam.cz
Seznam Images: obrazky.cz
Seznam Videos: videa.seznam.cz
Firmy.cz: firmy.cz
Mapy: mapy.cz mapy.com
Centrum: ~centrum.cz morfeo.centrum.cz searchatlas.centrum.cz
Atlas: ~atlas.cz
Jyxo: jyxo.cz jyxo.1188.cz
Tiscali: ~tiscali.*
Volny: web.volny.cz
Zoznam: zoznam.sk
Zoohoo: zoohoo.cz
1.cz: 1.cz
Quick: ~quick.cz
Startlap: ~startlap.hu
Kereső: ~origo.hu
Najdi: najdi.si
Pogodak: pogodak.*
Krstarica: krstarica.com
Abv Search: search.abv.bg
Dir.bg: ~dir.bg
Jabse: jabse.com
In.gr: ~in.gr
T-Online: ~t-online.de suche.t-online.de brisbane.t-online.de navigationshilfe.t-online.de
Web.de: suche.web.de ~web.de
GMX: suche.gmx.* ~gmx.*
1und1: suche.1und1.de search.1und1.de ~1und1.de
1&1: search.1and1.com
Freenet: suche.freenet.de ~freenet.de
Arcor: arcor.de
Fireball: fireball.de fireball.com
Acoon: acoon.de
Abacho: abacho.*
Allesklar: allesklar.*
Meinestadt: meinestadt.de
Das Örtliche: dasoertliche.de
Das Telefonbuch: dastelefonbuch.de
Gelbe Seiten: gelbeseiten.de
GoYellow: goyellow.de
11880: 11880.com
Yellowmap: yellowmap.de
Suche.info: suche.info
Suchmaschine: suchmaschine.com
Suchnase: suchnase.de
Fixsuche: fixsuche.de
Paperball: paperball.de
Witch: witch.de
Flix: flix.de
Tixuma: tixuma.de
Apollo7: apollo7.de
Jungle Spider: jungle-spider.de
Gnadenmeer: gnadenmeer.de
Sharelook: sharelook.*
Sm.de: sm.de
Mister Wong: mister-wong.*
eTools: etools.ch
Search.ch: search.ch
Local.ch: local.ch
Bluewin: ~bluewin.ch
Austronaut: austronaut.at astronaut.at
Herold: herold.at
Ilse: ilse.nl
Vinden: vinden.nl
Vindex: vindex.nl
Zoek: zoek.nl
Zoeken: zoeken.nl
Startpagina: startpagina.nl startgoogle.startpagina.nl
Web.nl: web.nl
Skynet: skynet.be
Voila: voila.fr lemoteur.fr
Orange: lemoteur.orange.fr ~orange.fr ~orange.es ~orange.co.uk
Free: search.free.fr ~free.fr
SFR: ~sfr.fr
Alice Adsl: ~aliceadsl.fr
Francité: francite.com
La Toile du Québec: toile.com
Canoe: ~canoe.ca web.canoe.ca
Hit-Parade: hit-parade.com
Dir.com: dir.com
Weborama: weborama.*
Wedoo: wedoo.com
Aguea: aguea.com
Terra: ~terra.com.br ~terra.es ~terra.cl ~terra.com buscador.terra.* busca.terra.com.br
UOL: ~uol.com.br
Bol: ~bol.com.br
IG: ~ig.com.br
Apontador: apontador.com.br
Sapo: ~sapo.pt pesquisa.sapo.pt
Clix: pesquisa.clix.pt
El Mundo: ariadna.elmundo.es
Ozú: ozu.es
Virgilio: ~virgilio.it ricerca.virgilio.it ricercaimmagini.virgilio.it ricercavideo.virgilio.it ricercanews.virgilio.it
    mobile.virgilio.it
Arianna: arianna.libero.it arianna.com
Libero: ~libero.it
Kataweb: kataweb.it
Leonardo: ~leonardo.it
Fastweb: ~fastweb.it
Pagine Gialle: paginegialle.it
Kvasir: kvasir.no
ABC Søk: abcsok.no abcsøk.no
Gule Sider: gulesider.no
1881: 1881.no
Startsiden: startsiden.no
Sesam: sesam.no
Online.no: online.no
Eniro: eniro.*
Hitta: hitta.se
118 700: 118700.se
118 800: 118800.se
Riksdelen: riksdelen.se
Isodelen: isodelen.se
Allaverksamheter: allaverksamheter.se
Spray: ~spray.se
Krak: krak.dk
Degulesider: degulesider.dk
Jubii: ~jubii.dk
Findhurtig: findhurtig.dk
Fonecta: fonecta.fi
Leit: leit.is
Já: ja.is
BT: search.bt.com ~bt.com
TalkTalk: talktalk.co.uk
Sky: ~sky.com
Virgin Media: ~virginmedia.com
Yell: yell.com
Telstra: ~telstra.com.au ~telstra.com
Yellow Pages: yellowpages.* yellowpages.com.au whitepages.*
Sensis: sensis.com.au
Anzwers: anzwers.com.au
Dodo: google.dodo.com.au
Optus: ~optuszoo.com.au optuszoo.com.au
Ananzi: ananzi.co.za
Searchnz: searchnz.co.nz
Holmes: holmes.ge
Geona: geona.net
Maailm: maailm.com
Setooz: setooz.com
Localmoxie: localmoxie.com
Gomeo: gomeo.com
Onlysearch: only-search.com
"""
