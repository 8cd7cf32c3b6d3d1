"""Sites with a name of their own that are neither searched nor shared on: they refer, and no more is said of them."""

SITES = """
Google Docs: docs.google.com drive.google.com com.google.android.apps.docs
Google Sites: sites.google.com
Google Accounts: accounts.google.* myaccount.google.com
Google Support: support.google.com
Google Developers: developers.google.com cloud.google.com firebase.google.com developer.android.com
Google Classroom: classroom.google.com
Google Calendar: calendar.google.com
Google Meet: meet.google.com
Google Chat: chat.google.com mail.google.com/chat
Google Play: play.google.com com.android.vending
Google Analytics: analytics.google.com tagmanager.google.com
Google Search Console: search.google.com
Google Trends: trends.google.*
Google Alerts: google.*/alerts
Yahoo! Finance: finance.yahoo.*
Yahoo! Sports: sports.yahoo.* eurosport.yahoo.com
Yahoo! Weather: weather.yahoo.*
Yahoo! Answers: answers.yahoo.com chiebukuro.yahoo.co.jp
Yahoo! Games: games.yahoo.*
Yahoo! Movies: movies.yahoo.*
Yahoo! Lifestyle: lifestyle.yahoo.*
Yahoo! Travel: travel.yahoo.*
Microsoft: microsoft.com office.com live.com sharepoint.com
App Store: apps.apple.com itunes.apple.com
Apple News: apple.news
iCloud: icloud.com
Wikipedia: wikipedia.org org.wikipedia
Wikidata: wikidata.org
Wiktionary: wiktionary.org
Wikimedia: wikimedia.org
Internet Archive: archive.org
Notion: notion.so notion.site notion.com
Trello: trello.com
Asana: app.asana.com
Jira: atlassian.net
ClickUp: clickup.com
Airtable: airtable.com
Miro: miro.com
Figma: figma.com
Canva: canva.com
Dropbox: dropbox.com
Zoom Meetings: zoom.us
Salesforce: salesforce.com lightning.force.com
HubSpot CRM: app.hubspot.com
Stripe: stripe.com
PayPal: paypal.com
Baidu Baike: baike.baidu.com
Baidu Pan: pan.baidu.com
Yandex Translate: translate.yandex.*
Yandex Disk: disk.yandex.*
SmartNews: smartnews.com jp.gocro.smartnews.android
Ground News: ground.news
Techmeme: techmeme.com
Memeorandum: memeorandum.com
Drudge Report: drudgereport.com
BBC: bbc.com bbc.co.uk
Hugging Face: huggingface.co
arXiv: arxiv.org
Read the Docs: readthedocs.io readthedocs.org
MDN: developer.mozilla.org
"""
