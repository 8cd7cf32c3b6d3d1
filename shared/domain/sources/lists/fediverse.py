"""Mastodon and its like: the large ones of the many servers."""

SITES = """
Mastodon: mastodon.* joinmastodon.org org.joinmastodon.android mstdn.* masto.* masto.ai masto.nu masto.pt mas.to
    mamot.fr pawoo.net friends.nico mastodon-belgium.be mastodonapp.uk mastodont.cat mastodontech.de mastodontti.fi
    mstdn.party mstdn.plus mstdn.social fosstodon.org hachyderm.io infosec.exchange chaos.social social.tchncs.de
    social.vivaldi.net social.coop social.linux.pizza social.overheid.nl social.network.europa.eu social.bund.de
    ohai.social toot.community toot.cafe toot.io toot.wales toot.si tooot.im techhub.social tech.lgbt kolektiva.social
    ioc.exchange sigmoid.social newsie.social journa.host universeodon.com mindly.social c.im home.social
    indieweb.social sfba.social octodon.social aus.social nerdculture.de det.social norden.social ruhr.social
    bonn.social berlin.social muenchen.social freiburg.social hessen.social dresden.network digitalcourage.social
    troet.cafe climatejustice.social scholar.social mathstodon.xyz fediscience.org astrodon.social genomic.social
    ecoevo.social hcommons.social zirk.us historians.social glammr.us ausglam.space front-end.social typo.social
    vis.social graphics.social mograph.social photog.social pixel.infosec.exchange gamedev.place phpc.social
    ruby.social functional.cafe discuss.systems layer8.space bitcoinhackers.org botsin.space cybre.space knzk.me
    quey.org queer.party wandering.shop dice.camp tabletop.social mastodon.jalgi.eus tkm.eus piaille.fr framapiaf.org
    pouet.chapril.org eldritch.cafe livellosegreto.it sociale.network stux.st ieji.de kind.social twit.social
    phanpy.social elk.zone ivory.app social.lol defcon.social noc.social hostux.social todon.eu
    todon.nl snabelen.no expressional.social dju.social helvede.net social.vivaldi.net oslo.town tukkers.online
    social.treehouse.systems fediverse.blog gruene.social sueden.social ro-mastodon.puyo.jp fedibird.com
    best-friends.chat handon.club otadon.com
Pleroma: pleroma.social blob.cat shitposter.world
Friendica: friendica.* venera.social friendica.world
Mobilizon: mobilizon.* mobilizon.fr
WriteFreely: write.as writefreely.org
BookWyrm: bookwyrm.social
Micro.blog: micro.blog
"""
