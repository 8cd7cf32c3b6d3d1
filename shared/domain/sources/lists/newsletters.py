"""Services that send newsletters, by the hosts through which clicks in them go."""

SITES = """
Mailchimp: list-manage.com mailchi.mp campaign-archive.com
Sendinblue: sendibm1.com sendibt2.com brevo.com
Mailgun: mailgun.org
SendGrid: sendgrid.net
HubSpot: hubspotlinks.com hs-sales-engage.com
ConvertKit: convertkit-mail.com convertkit-mail2.com ck.page kit-mail3.com
Buttondown: buttondown.email buttondown.com
Beehiiv: beehiiv.com
Revue: getrevue.co
TinyLetter: tinyletter.com
Campaign Monitor: createsend.com cmail19.com cmail20.com
ActiveCampaign: activehosted.com
Klaviyo: klaviyomail.com klclick.com klclick1.com
Constant Contact: constantcontact.com ctctcdn.com
GetResponse: getresponse.com
MailerLite: mailerlite.com mlsend.com
CleverReach: cleverreach.com
Mailjet: mailjet.com mjt.lu
Postmark: pstmrk.it
Customer.io: customeriomail.com
Iterable: iterable.com
Omnisend: omnisend.com
EmailOctopus: emailoctopus.com
Rapidmail: rapidmail.de
Newsletter2Go: newsletter2go.com
"""
