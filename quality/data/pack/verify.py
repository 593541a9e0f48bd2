"""Vérifie un dossier d’audit : chaque fichier, puis chaque chaîne d’émargement.

Usage : python verify.py [dossier]      (Python 3.9 ou plus récent, rien à installer)

Code de sortie : 0 si tout est intact, 1 sinon ; chaque écart est nommé. L’empreinte affichée à la
fin est à comparer avec celle que l’organisme lit dans son logiciel pour cet export.
"""

import hashlib
import json
import os
import sys
from pathlib import Path

MANIFEST, CHECKSUMS = "manifest.json", "manifest.sha256"
# Files that Windows and macOS leave in the folders one opens.
IGNORED = {".DS_Store", "Thumbs.db", "desktop.ini"}
HASH_VERSIONS = (1, 2)


def sha256_of(path):
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        for chunk in iter(lambda: stream.read(1024 * 1024), b""):
            digest.update(chunk)
    return digest.hexdigest()


def canonical(record):
    return json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def files_under(root):
    found = set()
    for folder, _folders, names in os.walk(root):
        for name in names:
            if name not in IGNORED:
                found.add((Path(folder) / name).relative_to(root).as_posix())
    return found


def check_files(root):
    """Every difference between the folder and its manifest."""
    try:
        manifest = json.loads((root / MANIFEST).read_text(encoding="utf-8"))
        expected = {item["path"]: (item["sha256"], item["size"]) for item in manifest["files"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        return [f"{MANIFEST} : illisible ({error})"]
    faults = []
    present = files_under(root)
    for path in sorted(set(expected) | {CHECKSUMS}):
        if path not in present:
            faults.append(f"{path} : fichier manquant")
    for path in sorted(present - set(expected) - {MANIFEST, CHECKSUMS}):
        faults.append(f"{path} : fichier ajouté, absent du manifeste")
    for path in sorted(present & set(expected)):
        digest, size = expected[path]
        full = root / path
        if full.stat().st_size != size or sha256_of(full) != digest:
            faults.append(f"{path} : fichier modifié")
    return faults + check_checksums(root, expected, present)


def check_checksums(root, expected, present):
    """`manifest.sha256` says the same as the manifest, and covers the manifest itself."""
    if CHECKSUMS not in present:
        return []
    listed = {}
    for line in (root / CHECKSUMS).read_text(encoding="utf-8", errors="replace").splitlines():
        digest, _separator, path = line.partition("  ")
        listed[path] = digest
    wanted = {path: digest for path, (digest, _size) in expected.items()}
    wanted[MANIFEST] = sha256_of(root / MANIFEST)
    faults = []
    for path in sorted(set(wanted) | set(listed)):
        if path == MANIFEST and wanted[path] != listed.get(path):
            faults.append(f"{MANIFEST} : fichier modifié")
        elif wanted.get(path) != listed.get(path):
            faults.append(f"{CHECKSUMS} : fichier modifié (ligne « {path} »)")
    return faults


def check_chain(path):
    """(number of events, first fault or "") of one chain."""
    previous, rank, slots, seen = "", 0, {}, {}
    with path.open(encoding="utf-8") as stream:
        for line in stream:
            rank += 1
            try:
                event = json.loads(line)
                fault = event_fault(event, rank, previous, slots, seen)
            except (ValueError, KeyError, TypeError, AttributeError):
                fault = "l’événement est illisible"
            if fault:
                return rank, f"événement n° {rank} : {fault}"
            previous = event["hash"]
            slots.setdefault(event["half_day_id"], []).append(event["hash"])
            seen[event["id"]] = (event["half_day_id"], event["enrolment_id"])
    return rank, ""


def event_fault(event, rank, previous, slots, seen):
    """Why this link of the chain is wrong; empty when it is right."""
    content = {key: value for key, value in event.items() if key != "hash"}
    if event["sequence"] != rank:
        return "un événement manque ou s’ajoute avant lui"
    if event["hash_version"] not in HASH_VERSIONS:
        return "version d’empreinte inconnue"
    if event["hash"] != hashlib.sha256(canonical(content)).hexdigest():
        return "l’événement a été modifié"
    if event["prev_hash"] != previous:
        return "l’événement ne suit pas le précédent"
    if event["kind"] == "lock":
        raw = b"".join(bytes.fromhex(item) for item in slots.get(event["half_day_id"], []))
        if event["slot_hash"] != hashlib.sha256(raw).hexdigest():
            return "la clôture ne couvre pas les événements de sa demi-journée"
    corrected = event["supersedes_id"]
    if corrected and seen.get(corrected) != (event["half_day_id"], event["enrolment_id"]):
        return "l’événement corrige un événement inconnu"
    return ""


def main(arguments):
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")
    root = Path(arguments[0]) if arguments else Path(__file__).resolve().parent
    write = sys.stdout.write
    faults = check_files(root)
    chains = sorted(root.glob("3_sessions/*/05_emargement/events.jsonl"))
    events = 0
    for path in chains:
        count, fault = check_chain(path)
        events += count
        if fault:
            faults.append(f"{path.relative_to(root).as_posix()}, {fault}")
    for fault in faults:
        write(f"ÉCART  {fault}\n")
    if faults:
        write(f"\nLe dossier n’est pas intact : {len(faults)} écart(s).\n")
        return 1
    write(f"Fichiers intacts : {len(files_under(root))}\n")
    write(f"Chaînes d’émargement intactes : {len(chains)} ({events} événements)\n")
    write(f"Empreinte de {MANIFEST} : {sha256_of(root / MANIFEST)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
