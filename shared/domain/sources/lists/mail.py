"""Web mail, and the pages through which it sends clicks on."""

SITES = """
Gmail: mail.google.com inbox.google.com gmail.com googlemail.com com.google.android.gm
Outlook.com: outlook.live.com mail.live.com outlook.com hotmail.com outlook.office.com outlook.office365.com
    outlook.cloud.microsoft safelinks.protection.outlook.com com.microsoft.office.outlook
Yahoo! Mail: mail.yahoo.* mail.yahoo.net ymail.com com.yahoo.mobile.client.android.mail
AOL Mail: mail.aol.com webmail.aol.com ~aol.*
iCloud Mail: icloud.com/mail mail.icloud.com
Proton: mail.proton.me mail.protonmail.com protonmail.com proton.me ch.protonmail.android
Tuta: mail.tutanota.com app.tuta.com tutanota.com tuta.com
Fastmail: fastmail.com fastmail.fm messagingengine.com
Hey: app.hey.com
Zoho: mail.zoho.* zohomail.com
Mail.com: mail.com deref-mail.com
GMX: deref-gmx.* lightmailer.gmx.* lightmailer-bs.gmx.net lightmailer-bap.gmx.net navigator.gmx.* ~gmx.*
    de.gmx.mobile.android.mail
Web.de: deref-web.de deref-web-02.de 3c.web.de 3c-bap.web.de 3c-bs.web.de navigator.web.de ~web.de
    de.web.mobile.android.mail
1und1: deref-1und1.de deref-1und1-02.de ~1und1.de
Ionos: email.ionos.* mailbusiness.ionos.* ~ionos.*
T-online: email.t-online.de ~t-online.de
Freenet: ~freenet.de
Posteo: posteo.de
Mailbox.org: mailbox.org
Vodafone: ~vodafone.* ~arcor.de
Telekom: ~telekom.de
UPC: upcmail.hispeed.ch upcmail.net ~upcmail.* ~upc.*
Bluewin: ~bluewin.ch rich-v01.bluewin.ch rich-v02.bluewin.ch
Swisscom: ~swisscom.ch
Infomaniak: mail.infomaniak.com ~infomaniak.* ksuite.infomaniak.com
Orange Webmail: ~orange.fr ~wanadoo.fr orange.fr/webmail
SFR: ~sfr.fr
Free: ~free.fr
Laposte: ~laposte.net laposte.net/accueil
Bbox: ~bbox.fr ~bouyguestelecom.fr
Numericable: ~numericable.fr
Libero: ~libero.it
Virgilio: ~virgilio.it
TIM: ~tim.it ~alice.it
Tiscali: ~tiscali.*
Aruba: ~aruba.it webmail.aruba.it
Telenet: ~telenet.be
Proximus: ~proximus.be ~skynet.be
KPN: ~kpn.com ~kpnmail.nl
Ziggo: ~ziggo.nl
XS4ALL: ~xs4all.nl
Telia: ~telia.com
Telenor: ~telenor.* ~online.no
Bredband2: ~bredband2.com
Elisa: ~elisa.fi
Seznam Mail: email.seznam.cz ~seznam.cz
Centrum: ~centrum.cz ~centrum.sk
Azet: ~azet.sk
Onet Poczta: poczta.onet.pl ~onet.pl ~onet.eu
WP Poczta: poczta.wp.pl ~wp.pl
Interia: poczta.interia.pl ~interia.pl
O2 Poczta: poczta.o2.pl ~o2.pl
Freemail: freemail.hu ~citromail.hu
Abv: abv.bg
Sapo Mail: ~sapo.pt
Terra: ~terra.com.br ~terra.com
UOL: ~uol.com.br
BOL: ~bol.com.br
Globo: ~globo.com
Mail.ru: e.mail.ru touch.mail.ru light.mail.ru ru.mail.mailapp
Yandex: mail.yandex.* 360.yandex.ru ru.yandex.mail
Rambler: mail.rambler.ru
QIP: mail.qip.ru
E1.ru: mail.e1.ru
Beeline: post.ru
Sibmail: sibmail.com
Mastermail: mastermail.ru
Ukr.net: mail.ukr.net
I.ua: mail.i.ua
Meta.ua: ~meta.ua
Tut.by: mail.tut.by
Delfi: mail.delfi.*
Mail.ee: mail.ee
Inbox.lv: mail.inbox.lv inbox.lv
Inbox.com: inbox.com
Mynet Mail: mail.mynet.com
QQ Mail: mail.qq.com exmail.qq.com wx.mail.qq.com
163 Mail: mail.163.com email.163.com
126 Mail: mail.126.com
Sina Mail: mail.sina.com.cn mail.sina.com
Sohu Mail: mail.sohu.com
Aliyun Mail: mail.aliyun.com qiye.aliyun.com
Naver Mail: mail.naver.com
Daum Mail: mail.daum.net mail2.daum.net mail.kakao.com
Nate Mail: mail.nate.com mail3.nate.com
Hanmail: hanmail.net
Nifty Mail: ~nifty.com
Biglobe Mail: ~biglobe.ne.jp
OCN Mail: ~ocn.ne.jp
Rediffmail: ~rediff.com rediffmail.com
Walla Mail: ~walla.co.il
Comcast: ~comcast.net ~xfinity.com
AT&T: ~att.net currently.att.yahoo.com
Verizon: ~verizon.net ~verizon.com
Cox: ~cox.net
Charter: ~charter.net ~spectrum.net
EarthLink: ~earthlink.net
Frontier: ~frontier.com
Juno: ~juno.com ~netzero.net
Centurylink: ~centurylink.net
Optimum: ~optimum.net ~optonline.net
Rogers: ~rogers.com
Bell: ~bell.net ~bell.ca ~sympatico.ca
Telus: ~telus.net
Shaw: ~shaw.ca
Videotron: ~videotron.com
BT: ~bt.com ~btinternet.com
Sky: ~sky.com
Virgin: ~virginmedia.com ~virginbroadband.com.au
TalkTalk: ~talktalk.co.uk ~talktalk.net
Plusnet: ~plus.net
Eircom: ~eircom.net ~eir.ie
Bigpond: ~bigpond.com email.telstra.com messaging.bigpond.com
Optus: ~optusnet.com.au ~optuszoo.com.au
iiNet: ~iinet.net.au ~westnet.com.au ~netspace.net.au
iPrimus: ~iprimus.com.au
Dodo: ~dodo.com.au
Adam Internet: ~adam.com.au
Commander: ~commander.net.au
2degrees: ~2degreesbroadband.co.nz
Xtra: ~xtra.co.nz
MWEB: ~mweb.co.za
Rackspace: apps.rackspace.com ~emailsrv.net
GoDaddy: email.secureserver.net email.godaddy.com
Namecheap: privateemail.com
OVH: ~ovh.net ~ovh.com
Strato: ~strato.de communicator.strato.*
Hostinger: mail.hostinger.com
Titan: titan.email
Roundcube: roundcube.net
Horde: horde.org
Superhuman: mail.superhuman.com
Spark Mail: sparkmailapp.com
Thunderbird: net.thunderbird.android com.fsck.k9
"""
