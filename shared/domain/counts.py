"""What a row of the read models holds and how it is read with bots in, out, or alone."""

from typing import NamedTuple

BOTS_CHOICES = ("exclude", "include", "only")


class Counts(NamedTuple):
    """A row's counts, people and bots apart, and the visitors of both together (a union, not a sum)."""

    pageviews: int = 0
    bot_pageviews: int = 0
    visitors: int = 0
    bot_visitors: int = 0
    all_visitors: int = 0

    def seen(self, bots: str) -> tuple[int, int]:
        """Gives pageviews and visitors with bots "exclude"d, "include"d, or "only" them."""
        if bots == "include":
            return self.pageviews + self.bot_pageviews, self.all_visitors
        if bots == "only":
            return self.bot_pageviews, self.bot_visitors
        return self.pageviews, self.visitors
