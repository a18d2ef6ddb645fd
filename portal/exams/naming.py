"""What patients and accession numbers are called here."""

from __future__ import annotations

from portal.exams.identity import Keyring


def pseudonym(keyring: Keyring, patient_key: str) -> str:
    """`P-` and ten letters; the same patient of the same practice always has the same one."""
    return f"P-{keyring.code('pseudonym', patient_key, 10)}"


def accession_code(keyring: Keyring, original: str) -> str:
    """What an original accession number is called here; "" stays ""."""
    return f"A-{keyring.code('accession', original.strip(), 10)}" if original.strip() else ""
