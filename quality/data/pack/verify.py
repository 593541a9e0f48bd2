"""Vérifie un dossier d’audit : chaque fichier, chaque chaîne d’émargement, chaque preuve.

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
ROOTS, PROOFS = "racines.json", "preuves.json"
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


def read_json(raw):
    """JSON read with no indulgence: UTF-8 without a mark, no repeated key, no NaN. ValueError."""
    return json.loads(raw.decode("utf-8"), object_pairs_hook=unrepeated, parse_constant=refused)


def unrepeated(pairs):
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("clé répétée")
    return found


def refused(word):
    raise ValueError(f"{word} n’est pas un nombre")


def files_under(root):
    found = set()
    for folder, folders, names in os.walk(root):
        # A link to a folder is not walked into: it is named as what it is, one more file.
        links = [name for name in folders if (Path(folder) / name).is_symlink()]
        for name in names + links:
            if name not in IGNORED:
                found.add((Path(folder) / name).relative_to(root).as_posix())
    return found


def check_files(root):
    """Every difference between the folder and its manifest."""
    try:
        expected = read_manifest((root / MANIFEST).read_bytes())
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
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
        if not full.is_file() or full.stat().st_size != size or sha256_of(full) != digest:
            faults.append(f"{path} : fichier modifié")
    if CHECKSUMS in present:
        wanted = {path: digest for path, (digest, _size) in expected.items()}
        wanted[MANIFEST] = sha256_of(root / MANIFEST)
        faults += checksum_faults((root / CHECKSUMS).read_bytes(), wanted)
    return faults


def read_manifest(raw):
    """{path: (sha256, size)} as the manifest says; a path said twice is refused."""
    expected = {}
    for item in read_json(raw)["files"]:
        path, digest, size = item["path"], item["sha256"], item["size"]
        if not isinstance(path, str) or not isinstance(digest, str) or type(size) is not int:
            raise TypeError("un fichier est mal décrit")
        path.encode()  # refuses half a character
        if path in expected or path in (MANIFEST, CHECKSUMS):
            raise ValueError(f"{path} est décrit deux fois")
        expected[path] = (digest, size)
    return expected


def checksum_faults(raw, wanted):
    """How `manifest.sha256` differs from what it must be, to the byte.

    It says the same as the manifest and covers the manifest itself: one line a file, in order,
    each ended by a line feed and nothing else. The lines are read only to name what differs.
    """
    whole = b"".join(sorted(f"{digest}  {path}\n".encode() for path, digest in wanted.items()))
    if raw == whole:
        return []
    listed = {}
    for line in raw.split(b"\n"):
        digest, _separator, path = line.decode("utf-8", "backslashreplace").partition("  ")
        listed[path] = digest
    faults = []
    if wanted[MANIFEST] != listed.get(MANIFEST):
        faults.append(f"{MANIFEST} : fichier modifié")
    for path in sorted(set(wanted) | set(listed) - {""}):
        if path != MANIFEST and wanted.get(path) != listed.get(path):
            faults.append(f"{CHECKSUMS} : fichier modifié (ligne « {path} »)")
    return faults or [f"{CHECKSUMS} : fichier modifié (fins de ligne, ordre ou signes ajoutés)"]


def check_chain(path):
    """(number of events, first fault or "") of one chain."""
    # Bytes end their lines with a line feed only; text would accept other ends.
    with path.open("rb") as stream:
        return check_lines(stream)


def check_lines(lines):
    """The same, of the lines of a chain: bytes, each with its line feed."""
    previous, rank, slots, seen = "", 0, {}, {}
    for line in lines:
        rank += 1
        try:
            event = read_json(line)
            fault = event_fault(event, rank, previous, slots, seen)
            if not fault and line != canonical(event) + b"\n":
                fault = "la ligne n’est pas écrite comme à l’export"
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
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


def hashed(prefix: bytes, *parts: bytes) -> bytes:
    return hashlib.sha256(prefix + b"".join(parts)).digest()


def check_proofs(root: Path) -> tuple:
    """(number of proofs, faults): each file named by a proof is under a root of the list."""
    listed, faults, count = root / ROOTS, [], 0
    files = sorted(root.glob(f"3_sessions/*/{PROOFS}"))
    if not listed.is_file():
        return 0, [f"{ROOTS} : fichier manquant"] if files else []
    try:
        roots = read_roots(read_json(listed.read_bytes())["roots"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        return 0, [f"{ROOTS} : {error}"]
    for path in files:
        try:
            proofs = [
                (item["path"], item["proof"]) for item in read_json(path.read_bytes())["proofs"]
            ]
            for name, proof in proofs:
                count += 1
                fault = proof_fault(path.parent / name, proof, roots)
                if fault:
                    faults.append(f"{(path.parent / name).relative_to(root).as_posix()} : {fault}")
        except (ValueError, KeyError, TypeError, AttributeError, OSError, RecursionError) as error:
            faults.append(f"{path.relative_to(root).as_posix()} : illisible ({error})")
    return count, faults


def read_roots(items: list) -> dict:
    """{line: root} of the published list, each line bound to the one before. ValueError."""
    previous, found = "", {}
    for rank, item in enumerate(items, start=1):
        line = {key: item[key] for key in ("date", "number", "previous", "root", "size", "version")}
        if item["number"] != rank or item["previous"] != previous:
            raise ValueError(f"la racine n° {rank} ne suit pas la précédente")
        if hashed(b"\x02", canonical(line)).hex() != item["line"]:
            raise ValueError(f"la racine n° {rank} a été modifiée")
        previous = item["line"]
        found[previous] = item
    return found


def proof_fault(path: Path, proof: dict, roots: dict) -> str:
    """Why a file is not under the root that its proof names; empty when it is."""
    leaf = proof["leaf"]
    if leaf["kind"] == "attendance_chain":
        with path.open("rb") as stream:
            lines = stream.read().split(b"\n")
        first, last = read_json(lines[0]), read_json(lines[leaf["rank"] - 1])
        if leaf["rank"] != last["sequence"] or leaf["id"] != first["id"]:
            return "la preuve parle d’une autre chaîne"
        digest = last["hash"]
    else:
        digest = sha256_of(path)
    if leaf["digest"] != digest:
        return "la preuve parle d’autre chose"
    published = roots.get(proof["published"]["line"])
    if published is None:
        return "la racine de la preuve n’est pas dans la liste"
    here, last, found = proof["index"], published["size"] - 1, hashed(b"\x00", canonical(leaf))
    if not 0 <= here <= last:
        return "la place de la preuve n’est pas dans l’arbre"
    for beside in map(bytes.fromhex, proof["path"]):
        if last == 0:
            return "le chemin de la preuve est trop long"
        if here % 2 or here == last:
            found = hashed(b"\x01", beside, found)
            while here and here % 2 == 0:
                here, last = here // 2, last // 2
        else:
            found = hashed(b"\x01", found, beside)
        here, last = here // 2, last // 2
    if last != 0 or found.hex() != published["root"]:
        return "le chemin de la preuve ne mène pas à sa racine"
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
    proofs, wrong = check_proofs(root)
    faults += wrong
    for fault in faults:
        write(f"ÉCART  {fault}\n")
    if faults:
        write(f"\nLe dossier n’est pas intact : {len(faults)} écart(s).\n")
        return 1
    write(f"Fichiers intacts : {len(files_under(root))}\n")
    write(f"Chaînes d’émargement intactes : {len(chains)} ({events} événements)\n")
    if proofs:
        write(f"Preuves sous une racine publiée : {proofs}\n")
        write(
            f"Comparez {ROOTS} à la liste publiée par l’organisme, ou à une copie plus ancienne.\n"
        )
    write(f"Empreinte de {MANIFEST} : {sha256_of(root / MANIFEST)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
