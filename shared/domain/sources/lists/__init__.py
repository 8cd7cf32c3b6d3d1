"""What is known of referrers, written for Milepost: names and hosts, a module for each kind, read on first use.

A line names a site and lists where it is met; an indented line goes on with the one before. A word is one of these:

    example.com       the host and all below it; the longest word that fits decides
    example.*         the same under any top-level domain, "co.uk" and its like included
    example.com/path  pages of it whose path begins so
    ~example.com      hosts below it with a name that says search or mail, for portals that are also much else
    org.example.app   an Android app, which sends "android-app://org.example.app"
"""

#: Raise it with every change of a list but the spammers': a fold's results depend on them.
SOURCES_VERSION = 1

#: Raise it with every change of the spammers.
SPAM_VERSION = 1

#: Sites' names that find no site in a link's tag, where they more often mean something else.
ORDINARY_WORDS = """
become band bell ello hey honey hotline info leo minds mix nova note noon pi search shopping signal spark steam target
vero wish zoom
"""
