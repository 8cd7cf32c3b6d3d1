"""Social networks: what members share among themselves, forums, question pages, bookmarks and messengers included."""

SITES = """
Facebook: facebook.com fb.com fb.me fb.watch fbsbx.com facebookwkhpilnemxj7asaniu7vnjjbiltxjqhye3mhbshg7kx5tfyd.onion
    com.facebook.katana com.facebook.lite
Messenger: messenger.com m.me l.messenger.com com.facebook.orca
Instagram: instagram.com ig.me com.instagram.android
Threads: threads.net threads.com com.instagram.barcelona
WhatsApp: whatsapp.com wa.me com.whatsapp com.whatsapp.w4b
Workplace: workplace.com
Twitter: twitter.com x.com t.co tweetdeck.com nitter.net twitter3e4tixl4xyajtrzo62zg5vztmjuricljdp2c5kshju4avyoid.onion
    com.twitter.android
LinkedIn: linkedin.com lnkd.in linkedin.android com.linkedin.android
Reddit: reddit.com redd.it com.reddit.frontpage
Pinterest: pinterest.* pin.it com.pinterest
TikTok: tiktok.com com.zhiliaoapp.musically com.ss.android.ugc.trill
Douyin: douyin.com iesdouyin.com
Kuaishou: kuaishou.com
Xiaohongshu: xiaohongshu.com xhslink.com
Snapchat: snapchat.com snap.com com.snapchat.android
Bluesky: bsky.app bsky.social skyfeed.app deck.blue xyz.blueskyweb.app
Tumblr: tumblr.com umblr.com com.tumblr
Hacker News: news.ycombinator.com hckrnews.com hn.algolia.com hackernews.com
Lobsters: lobste.rs
Slashdot: slashdot.org
Digg: digg.com
Product Hunt: producthunt.com
Indie Hackers: indiehackers.com
Designer News: designernews.co
daily.dev: daily.dev app.daily.dev
DEV: dev.to
Hashnode: hashnode.com hashnode.dev
GitHub: github.com com.github.android
GitLab: gitlab.com
SourceForge: sourceforge.net
StackOverflow: stackoverflow.com stackapps.com
Stack Exchange: stackexchange.com superuser.com serverfault.com askubuntu.com mathoverflow.net
CodePen: codepen.io
Dribbble: dribbble.com
Behance: behance.net
DeviantArt: deviantart.com
ArtStation: artstation.com
Pixiv: pixiv.net
500px: 500px.com
Flickr: flickr.com flic.kr
Imgur: imgur.com
Giphy: giphy.com
SmugMug: smugmug.com
Photobucket: photobucket.com
Unsplash: unsplash.com
VSCO: vsco.co
Quora: quora.com
Medium: medium.com link.medium.com com.medium.reader
Substack: substack.com
WordPress.com: wordpress.com
Blogger: blogger.com blogspot.*
LiveJournal: livejournal.com livejournal.ru livejournal.net
Typepad: typepad.com
Ghost: ghost.io
Patreon: patreon.com
Ko-fi: ko-fi.com
Buy Me a Coffee: buymeacoffee.com
OnlyFans: onlyfans.com
Discord: discord.com discord.gg discordapp.com com.discord
Slack: slack.com com.slack
Microsoft Teams: teams.microsoft.com teams.live.com statics.teams.cdn.office.net com.microsoft.teams
Yammer: yammer.com
Telegram: telegram.org t.me telegram.me telegram.dog org.telegram.messenger org.telegram.messenger.web
    org.telegram.plus org.thunderdog.challegram
Signal: signal.org signal.me org.thoughtcrime.securesms
Viber: viber.com com.viber.voip
LINE: line.me lin.ee jp.naver.line.android
KakaoTalk: kakao.com kakaotalk.com com.kakao.talk
Skype: skype.com com.skype.raider
ICQ Chat: icq.im com.icq.mobile.client
Zalo: zalo.me
WeChat: wechat.com weixin.qq.com com.tencent.mm
QQ: im.qq.com com.tencent.mobileqq
Qzone: qzone.qq.com
Weibo: weibo.com weibo.cn t.cn com.sina.weibo
Zhihu: zhihu.com
Douban: douban.com
Renren: renren.com
Kaixin001: kaixin001.com
51.com: 51.com
Tianya: tianya.cn
Tieba: tieba.baidu.com
Baidu Zhidao: zhidao.baidu.com
V2EX: v2ex.com
CSDN: csdn.net
Juejin: juejin.cn
SegmentFault: segmentfault.com
Missevan: missevan.com
PTT: ptt.cc
Dcard: dcard.tw
Plurk: plurk.com
Mixi: mixi.jp
GREE: gree.jp
Ameba: ameba.jp ameblo.jp
Hatena: hatena.ne.jp hatena.com hatenablog.com hatenablog.jp
Note: note.com note.mu
Qiita: qiita.com
Zenn: zenn.dev
5ch: 5ch.net 2ch.net 2ch.sc
Misskey: misskey.io misskey-hub.net
Lang-8: lang-8.com
Cyworld: cyworld.com
Band: band.us
DC Inside: dcinside.com
Naver Cafe: cafe.naver.com
Naver Blog: blog.naver.com
Tistory: tistory.com
VKontakte: vk.com vk.ru vkontakte.ru vk.me vk.cc com.vkontakte.android
Odnoklassniki: ok.ru odnoklassniki.ru ru.ok.android
My.Mail.ru: my.mail.ru
MoiKrug: moikrug.ru
VKruguDruzei: vkrugudruzei.ru
MyLife.ru: mylife.ru
Pikabu: pikabu.ru
Habr: habr.com habrahabr.ru
Dzen: dzen.ru zen.yandex.*
Yandex Q: yandex.*/q
LiveInternet: liveinternet.ru li.ru
Drive2: drive2.ru
Wykop: wykop.pl
Nasza-klasa: nk.pl nasza-klasa.pl
GoldenLine: goldenline.pl
Draugiem: draugiem.lv
IRC-Galleria: irc-galleria.net
Suomi24: suomi24.fi
Flashback: flashback.org
Gutefrage: gutefrage.net
XING: xing.com
StudiVZ: studivz.net
MeinVZ: meinvz.net
SchülerVZ: schuelervz.net
Lokalisten: lokalisten.de
Wer-kennt-wen: wer-kennt-wen.de
Jappy: jappy.de jappy.com
Knuddels: knuddels.de
StayFriends: stayfriends.de
nebenan.de: nebenan.de
Hyves: hyves.nl
Partyflock: partyflock.nl
Netlog: netlog.com
Skyrock: skyrock.com skyrock.mobi
Viadeo: viadeo.com viadeo.journaldunet.com
Copains d'avant: copainsdavant.linternaute.com copainsdavant.com
Trombi: trombi.com
Over-blog: over-blog.com
Tuenti: tuenti.com
Menéame: meneame.net
Taringa!: taringa.net
Orkut: orkut.com orkut.com.br
Sonico: sonico.com
Hi5: hi5.com
Badoo: badoo.com
Tagged: tagged.com
MeetMe: meetme.com myyearbook.com
Bebo: bebo.com
Myspace: myspace.com
Friendster: friendster.com
FriendFeed: friendfeed.com
Multiply: multiply.com
Xanga: xanga.com
BlackPlanet: blackplanet.com
Buzznet: buzznet.com
Classmates: classmates.com
Friends Reunited: friendsreunited.com friendsreunited.co.uk
Gaia Online: gaiaonline.com
Geni: geni.com
MyHeritage: myheritage.*
Ancestry: ancestry.*
Habbo: habbo.*
WeeWorld: weeworld.com
WAYN: wayn.com
Couchsurfing: couchsurfing.com couchsurfing.org
InterNations: internations.org
Meetup: meetup.com
Eventbrite: eventbrite.*
Nextdoor: nextdoor.*
Foursquare: foursquare.com swarmapp.com
Yelp: yelp.*
TripAdvisor: tripadvisor.*
Trustpilot: trustpilot.com
Glassdoor: glassdoor.*
Flixster: flixster.com
Letterboxd: letterboxd.com
Goodreads: goodreads.com
LibraryThing: librarything.com
Wattpad: wattpad.com
AO3: archiveofourown.org
FanFiction: fanfiction.net
Fandom: fandom.com
Fotolog: fotolog.com
Fotki: fotki.com
FetLife: fetlife.com
OkCupid: okcupid.com
Last.fm: last.fm lastfm.*
SoundCloud: soundcloud.com gate.sc on.soundcloud.com com.soundcloud.android
Bandcamp: bandcamp.com
Mixcloud: mixcloud.com
ReverbNation: reverbnation.com
Ravelry: ravelry.com
Strava: strava.com
Houzz: houzz.*
Polywork: polywork.com
AngelList: angel.co wellfound.com
About.me: about.me
Linktree: linktr.ee
Lnk.Bio: lnk.bio
Beacons: beacons.ai
Plaxo: plaxo.com
Delicious: delicious.com del.icio.us
Pinboard: pinboard.in
Pocket: getpocket.com pocket.co com.ideashower.readitlater.pro
Instapaper: instapaper.com
Raindrop: raindrop.io
Diigo: diigo.com
StumbleUpon: stumbleupon.com su.pr mix.com
Flipboard: flipboard.com flip.it flipboard.app flipboard.social
Paper.li: paper.li
Scoop.it: scoop.it
Feedly: feedly.com com.devhd.feedly
Inoreader: inoreader.com
NewsBlur: newsblur.com
Netvibes: netvibes.com
Disqus: disqus.com disq.us
Buffer: buffer.com bufferapp.com
Hootsuite: hootsuite.com ow.ly
SlideShare: slideshare.net
Scribd: scribd.com
Academia.edu: academia.edu
ResearchGate: researchgate.net
Wikia: wikia.com
Fark: fark.com
9GAG: 9gag.com
4chan: 4chan.org 4channel.org
8kun: 8kun.top
NeoGAF: neogaf.com
ResetEra: resetera.com
GameFAQs: gamefaqs.gamespot.com
Steam Community: steamcommunity.com
Roblox: roblox.com
XDA: xdaforums.com forum.xda-developers.com
Whirlpool: whirlpool.net.au
Gab: gab.com
Parler: parler.com
Gettr: gettr.com
Truth Social: truthsocial.com
Minds: minds.com
MeWe: mewe.com
Ello: ello.co
Vero: vero.co
Clubhouse: clubhouse.com joinclubhouse.com
BeReal: bereal.com
Lemon8: lemon8-app.com
Peepeth: peepeth.com
Steemit: steemit.com hive.blog peakd.com
Farcaster: farcaster.xyz warpcast.com
Nostr: primal.net snort.social iris.to
Diaspora: diasporafoundation.org joindiaspora.com diasp.org pluspora.com
Identi.ca: identi.ca
Lemmy: lemmy.world lemmy.ml lemmy.ca lemm.ee sh.itjust.works beehaw.org feddit.de feddit.org programming.dev
Kbin: kbin.social fedia.io
Pixelfed: pixelfed.* pixelfed.uno pixey.org pxlmo.com metapixl.com pix.toot.wales
Google+: plus.google.com plus.url.google.com url.google.com com.google.android.apps.plus
Google Groups: groups.google.*
Windows Live Spaces: spaces.live.com login.live.com
Formspring: formspring.me ask.fm
Curious Cat: curiouscat.me
Ekşi Sözlük: eksisozluk.com sourtimes.org
İnci Sözlük: incisozluk.com incisozluk.cc
Uludağ Sözlük: uludagsozluk.com ulusozluk.com
İTÜ Sözlük: itusozluk.com
Instela: instela.com
Donanimhaber: donanimhaber.com
Balatarin: balatarin.com
Cloob: cloob.com
ShareChat: sharechat.com
Koo: kooapp.com
"""
