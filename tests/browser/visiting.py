"""Somebody who goes through the site in a real browser, and looks at every page they pass through."""

from __future__ import annotations

import re

from django.core import mail
from playwright.sync_api import expect

from terreau.notifications.sending import send_due
from tests.browser.accessibility import faults

# Wide or on a telephone, with script or without.
SIGHTS = {
    "large": (1200, 900, True),
    "360px": (360, 740, True),
    "360px-sans-script": (360, 740, False),
}
# A journey is made both ways; each page seen with script is looked at on both screens.
WAYS = ("large", "360px-sans-script")


def visitor(chromium, live_server, way):
    """Somebody without account in a browser of their own, in one of the `SIGHTS`."""
    width, height, script = SIGHTS[way]
    context = chromium.new_context(
        viewport={"width": width, "height": height}, java_script_enabled=script, locale="fr-FR"
    )
    return Visitor(context.new_page(), live_server.url, script=script)


class Visitor:
    """What a person does, in their words; `broken` holds what was wrong on the way."""

    def __init__(self, page, site, *, script):
        self.page, self.site, self.script = page, site, script
        self.broken = {}

    def goes(self, path):
        self.page.goto(self.site + path if path.startswith("/") else path)

    def is_on(self, title):
        """The page has this title."""
        expect(self.page.locator("h1")).to_have_text(re.compile(title))

    def sees(self, title):
        """The same, and the page is sound."""
        self.is_on(title)
        if not self.script:
            return  # the same pages are looked at with script
        if wrong := faults(self.page):
            self.broken.setdefault(title, []).extend(wrong)

    def reads(self, *texts):
        for text in texts:
            expect(self.page.locator("main")).to_contain_text(text)

    def types(self, label, text):
        self.page.get_by_label(label).first.fill(text)

    def ticks(self, label, *, within=None, on=True):
        where = self.page.get_by_role("group", name=within, exact=True).last if within else self.page
        where.get_by_label(label, exact=True).set_checked(on)

    def unfolds(self, summary):
        """Open what is folded under these words."""
        self.page.locator("summary").filter(has_text=summary).first.click()

    def presses(self, name):
        self.page.get_by_role("button", name=name).first.click()

    def follows(self, name):
        self.page.get_by_role("link", name=name).first.click()

    def signs_in(self, address):
        """From the page to sign in, with the code received."""
        self.sees("Se connecter")
        self.types("Adresse électronique", address)
        self.presses("Recevoir un code")
        self.sees("Votre code")
        assert mail.outbox[-1].to == [address]
        self.types("Code reçu", re.search(r"^ {4}(\S+)$", mail.outbox[-1].body, re.M)[1])
        self.presses("Se connecter")

    def signs_out(self):
        self.goes("/compte/deconnexion/")
        self.sees("Se déconnecter")
        self.presses("Se déconnecter")


def received(address):
    """The last message that left for this address."""
    send_due("essai")
    return next(one for one in reversed(mail.outbox) if one.to == [address])


def link_in(message):
    """The path of the first link of a message, whatever the public address of the site."""
    return re.search(r"https?://[^/\s]+(/\S+)", message.body)[1]
