"""`manage.py audit verify` and `manage.py audit heads`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.audit.models import ChainHead
from portal.audit.verify import chains, holds, verify


class Command(BaseCommand):
    """`verify` walks the chains (exit status 1 for a broken one); `heads` prints what to keep elsewhere."""

    help = "Verify the trail's chains, or print their heads to keep outside this machine."

    def add_arguments(self, parser: CommandParser) -> None:
        """Verify [--practice ID] [--against FILE] | heads."""
        parser.add_argument("act", choices=["verify", "heads"])
        parser.add_argument("--practice", metavar="ID", help="one practice's chain, or `system`; all by default")
        parser.add_argument("--against", metavar="FILE", type=Path, help="heads printed earlier: each must still stand")

    def handle(self, *args: Any, act: str, practice: str | None, against: Path | None, **options: Any) -> None:
        """Raises CommandError (exit status 1) at the first broken chain, after naming them all."""
        wanted = [practice] if practice else chains()
        if act == "heads":
            for head in ChainHead.objects.filter(chain__in=wanted).order_by("chain"):
                line = {"chain": head.chain, "sequence": head.sequence, "digest": head.digest}
                self.stdout.write(json.dumps(line))
            return
        broken = [chain for chain in wanted if not self._walked(chain)]
        lost = self._lost(against) if against else []
        if broken or lost:
            raise CommandError(f"The trail does not hold: {', '.join(broken + lost)}.")
        self.stdout.write("The trail holds.")

    def _walked(self, chain: str) -> bool:
        verdict = verify(chain)
        if verdict.whole:
            self.stdout.write(f"{chain}: {verdict.links} links, head {verdict.head}")
        else:
            self.stderr.write(f"{chain}: BROKEN at link {verdict.broken_at}: {verdict.why}")
        return verdict.whole

    def _lost(self, noted: Path) -> list[str]:
        lines = [json.loads(line) for line in noted.read_text().splitlines() if line.strip()]
        missing = [f"{line['chain']} #{line['sequence']}" for line in lines if not holds(**line)]
        for name in missing:
            self.stderr.write(f"{name}: the link that {noted} names is not there any more")
        return missing
