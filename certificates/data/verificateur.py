"""Vérifie sans nous qu'un document, ou la tête d'une chaîne, est sous une racine publiée.

Usage : python verificateur.py DOCUMENT.pdf preuve.json racines.json
        python verificateur.py EMPREINTE    preuve.json racines.json   (64 signes, de 0 à f)
"""

import hashlib
import json
import sys


def h(prefix: bytes, *parts: bytes) -> bytes:
    return hashlib.sha256(prefix + b"".join(parts)).digest()


def canonical(record: dict) -> bytes:
    return json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def root_of(proof: dict, size: int) -> str:
    """La racine où mènent la feuille et son chemin (RFC 9162, 2.1.3.2) ; vide s'il n'y mène pas."""
    here, last = proof["index"], size - 1
    if not 0 <= here <= last:
        return ""
    found = h(b"\x00", canonical(proof["leaf"]))
    for beside in map(bytes.fromhex, proof["path"]):
        if last == 0:
            return ""
        if here % 2 or here == last:
            found = h(b"\x01", beside, found)
            while here and here % 2 == 0:
                here, last = here // 2, last // 2
        else:
            found = h(b"\x01", found, beside)
        here, last = here // 2, last // 2
    return found.hex() if last == 0 else ""


def check(digest: str, proof: dict, roots: list) -> str:
    """Ce qui ne va pas ; vide quand tout va."""
    previous = ""
    for rank, item in enumerate(roots, start=1):
        line = {key: item[key] for key in ("date", "number", "previous", "root", "size", "version")}
        if item["number"] != rank or item["previous"] != previous:
            return f"la racine n° {rank} ne suit pas la précédente"
        if h(b"\x02", canonical(line)).hex() != item["line"]:
            return f"la racine n° {rank} a été modifiée"
        previous = item["line"]
    if proof["leaf"]["digest"] != digest:
        return "la preuve parle d'un autre document"
    for item in roots:
        if item["line"] == proof["published"]["line"]:
            right = root_of(proof, item["size"]) == item["root"]
            return "" if right else "le chemin de la preuve ne mène pas à sa racine"
    return "la racine de la preuve n'est pas dans la liste"


if __name__ == "__main__":
    what, proof, roots = sys.argv[1:4]
    if len(what) == 64 and set(what) <= set("0123456789abcdef"):
        digest = what
    else:
        with open(what, "rb") as stream:
            digest = hashlib.sha256(stream.read()).hexdigest()
    with open(proof, "rb") as one, open(roots, "rb") as many:
        proof, roots = json.load(one), json.load(many)["roots"]
    fault = check(digest, proof, roots)
    words = fault or f"sous la racine du {proof['published']['date']}"
    sys.stdout.write(f"{'REFUSÉ' if fault else 'PROUVÉ'} : {words}.\n")
    sys.exit(1 if fault else 0)
