"""Referrer spammers: hosts, and families of hosts of which ever new ones are made.

Written for Milepost from what has been reported of them in public. Shops, casinos and pornography that nobody has seen
spamming are left alone: their links may be real.
"""

#: Regular expressions for a host's last two labels.
FAMILIES = r"""
^(free-|get-|simple-|floating-|[0-9]-)*(social|share|sharing)-?buttons?(-[a-z]+)*\.|buttons-for-(your-)?website
^(free-|[0-9]-)+(share|social)-buttons|^social-widget\.xyz
^(social|seo|free|bot|organic)-?traffic-?[0-9]*\.(xyz|icu|live|club|online|site|shop|top)$|^(get|buy)-free-(social-)?traffic
^bot-?traffic[0-9a-z]*\.(xyz|icu|live|club|host|site)$|^traffic-?bot\.(life|live|club|xyz)$|^traffic2(cash|money)
^([0-9]+-)?best-seo-(offer|solution|software|service)s?\.|^[0-9]+-best-seo\.|^[0-9]+-(reasons-for|steps-to)-
^(auto|anti-crisis|resell|success|progressive|auto-b2b|amazon|ai)-seo(-[a-z]+)*\.|^autoseo-?(service|traffic|tips)\.
^keywords-monitoring-|^free-(fb|fbook|video|floating)-[a-z-]+\.(com|xyz|info|ga)$
^(cookie-)?law-(enforcement|check|six|bot)[a-z-]*\.xyz$|^compliance-[a-z]+\.(xyz|top)$|^copyright(claims|institute)\.org$
^(semalt|darodar|ilovevitaly|iloveitaly|ilikevitaly|hulfingtonpost|ranksonic|sharebutton|kambasoft|blackhatworth)\.
^o-o-[0-9]+-o-o\.|^(youporn|pornhub|rapidgator|depositfiles)-(forum|ru|porn)\.
^hydra[a-z0-9]*(onion|zerkalo|market|20[12][0-9])[a-z0-9]*\.|^(onion|ru|now)s?-?hydra|^onion[a-z0-9-]*hydra
^1x(bet|slots?)[a-z0-9-]*\.(ru|site|online|xyz|top|africa|cc)$|^7?make-?money-?online\.
^buy-?cheap-?(pills|meds)|^(cheap-?)?(pills|meds)-?(24h?|online24)\.
"""

HOSTS = """
semalt.com semalt.net semaltmedia.com kambasoft.com savetubevideo.com darodar.com econom.co hulfingtonpost.com
priceg.com blackhatworth.com cenoval.ru cenokos.ru bestwebsitesawards.com adviceforum.info iskalko.ru
shopping.ilovevitaly.com ilovevitaly.com ilovevitaly.ru ilovevitaly.co iloveitaly.ru iloveitaly.ro o-o-6-o-o.com
o-o-8-o-o.com humanorightswatch.org theguardlan.com buttons-for-website.com buttons-for-your-website.com
social-buttons.com simple-share-buttons.com free-share-buttons.com free-social-buttons.com floating-share-buttons.com
sharebutton.net sharebutton.to best-seo-offer.com best-seo-solution.com success-seo.com 100dollars-seo.com seo-smm.kz
seopub.net seoexperimenty.ru get-free-traffic-now.com trafficmonetize.org traffic2money.com traffic2cash.org
traffic2cash.xyz webmonetizer.net webmaster-traffic.com event-tracking.com guardlink.org howtostopreferralspam.eu
anticrawler.org 4webmasters.org 7makemoneyonline.com makemoneyonline.com videos-for-your-business.com
websites-reviews.com rank-checker.online ranksonic.info ranksonic.org rankings-analytics.com domination.ml lumb.co
torture.ml search-error.com quit-smoking.ga dailyrank.net sitevaluation.org site-auditor.online uptimebot.net
uptimechecker.com masterseek.com pageinsider.org sanjosestartups.com soaksoak.ru socialseet.ru pops.foundation
prodvigator.ua luxup.ru vodkoved.ru xtraffic.plus yourserverisdown.com rapidgator-porn.ga pornhub-forum.ga
pornhub-forum.uni.me pornhub-ru.com youporn-forum.ga youporn-ru.com depositfiles-porn.ga descargar-musica-gratis.net
baixar-musicas-gratis.com musicprojectfoundation.com tedxrj.com qwesa.ru lomb.co forum20.smailik.org slftsdybbg.ru
ykecwqlixx.ru edakgfvwql.ru myftpupload.com googlsucks.com keywords-monitoring-your-success.com
keywords-monitoring-success.com free-video-tool.com responsive-test.net website-analyzer.info website-analytics.online
wordpress-crew.net increasewwwtraffic.info copyrightclaims.org monetizationking.net seo-platform.com seo-2-0.com
fix-website-errors.com bot-traffic.icu bot-traffic.xyz bottraffic.live trafficbot.life trafficbot.club trafficbot.live
trafficape.space
"""
