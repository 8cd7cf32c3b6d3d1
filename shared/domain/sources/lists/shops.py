"""Shops, market places and comparisons of prices."""

SITES = """
Amazon: amazon.* amzn.to amzn.eu a.co amzn.asia com.amazon.mshop.android.shopping
eBay: ebay.* ebay.us kleinanzeigen.ebay.de com.ebay.mobile
Etsy: etsy.com etsy.me com.etsy.android
Walmart: walmart.* com.walmart.android
Target: target.com
Best Buy: bestbuy.com
AliExpress: aliexpress.* s.click.aliexpress.com com.alibaba.aliexpresshd
Alibaba: alibaba.com
Taobao: taobao.com
Tmall: tmall.com
JD.com: jd.com jd.hk
Pinduoduo: pinduoduo.com yangkeduo.com
Temu: temu.com com.einnovation.temu
Shein: shein.* com.zzkko
Shopee: shopee.*
Lazada: lazada.*
Tokopedia: tokopedia.com
Bukalapak: bukalapak.com
Flipkart: flipkart.com
Myntra: myntra.com
Rakuten: rakuten.* rakuten.co.jp
Mercari: mercari.com jp.mercari.com
Kakaku: kakaku.com
ZOZOTOWN: zozo.jp
Yahoo! Shopping: shopping.yahoo.*
Coupang: coupang.com
Gmarket: gmarket.co.kr
11st: 11st.co.kr
Naver Shopping: shopping.naver.com smartstore.naver.com cr.shopping.naver.com cr2.shopping.naver.com
Danawa: danawa.com
Mercado Libre: mercadolibre.* mercadolivre.com.br
Americanas: americanas.com.br
Magazine Luiza: magazineluiza.com.br magalu.com
Buscapé: buscape.com.br
Zoom: zoom.com.br
Allegro: allegro.pl
Ceneo: ceneo.pl
OLX: olx.*
Emag: emag.*
Heureka: heureka.cz heureka.sk
Zboží: zbozi.cz
Alza: alza.*
Árukereső: arukereso.hu
Skroutz: skroutz.gr
Bol.com: bol.com
Marktplaats: marktplaats.nl 2dehands.be
Tweakers Pricewatch: tweakers.net/pricewatch
Beslist: beslist.nl
Otto: otto.de
Zalando: zalando.*
Kaufland: kaufland.*
Kleinanzeigen: kleinanzeigen.de
Idealo: idealo.*
billiger.de: billiger.de
Geizhals: geizhals.*
Preisvergleich: preisvergleich.de preis.de
Check24: check24.de
Toppreise: toppreise.ch
Galaxus: galaxus.* digitec.ch
Ricardo: ricardo.ch
Tutti: tutti.ch
Willhaben: willhaben.at
Leboncoin: leboncoin.fr
Cdiscount: cdiscount.com
Fnac: fnac.com
Vinted: vinted.*
Kelkoo: kelkoo.*
Twenga: twenga.*
LeGuide: leguide.com
Shopzilla: shopzilla.* bizrate.*
PriceGrabber: pricegrabber.com
Shopping.com: shopping.com
Nextag: nextag.*
Pricespy: pricespy.* prisjakt.*
Become: become.com
Wish: wish.com
Overstock: overstock.com
Wayfair: wayfair.*
Newegg: newegg.*
Costco: costco.*
Home Depot: homedepot.com
IKEA: ikea.com
Instacart: instacart.com
Asos: asos.com
Depop: depop.com
Poshmark: poshmark.com
StockX: stockx.com
Redbubble: redbubble.com
Gumtree: gumtree.*
Craigslist: craigslist.org
OfferUp: offerup.com
Trade Me: trademe.co.nz
Avito: avito.ru
Ozon: ozon.ru
Wildberries: wildberries.ru
Yandex Market: market.yandex.*
Price.ru: price.ru
Rozetka: rozetka.com.ua
Prom.ua: prom.ua
Hotline: hotline.ua
Trendyol: trendyol.com
Hepsiburada: hepsiburada.com
n11: n11.com
Akakçe: akakce.com
Noon: noon.com
Jumia: jumia.*
Takealot: takealot.com
Digikala: digikala.com
Torob: torob.com
Shopify: shopify.com myshopify.com shop.app
Google Shopping: shopping.google.* google.*/shopping google.*/products
Bing Shopping: bing.com/shop
Gumroad: gumroad.com
Humble Bundle: humblebundle.com
Steam: store.steampowered.com
Groupon: groupon.*
Slickdeals: slickdeals.net
Mydealz: mydealz.de pepper.* dealabs.com hotukdeals.com
Honey: joinhoney.com
Partalert: partalert.net
"""
