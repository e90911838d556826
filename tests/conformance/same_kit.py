"""Makes the conformance kit anew, twice, and compares its files with the digests that are kept.

  same_kit.py PROGRAM DIGESTS            exit status 1 names every file that differs
  same_kit.py PROGRAM DIGESTS --write    puts the new digests in their place
"""
import hashlib, os, subprocess, sys, tempfile

def digests_of(folder):
    found = {}
    for path, _, names in os.walk(folder):
        for name in names:
            full = os.path.join(path, name)
            with open(full, "rb") as file:
                found[os.path.relpath(full, folder)] = hashlib.sha256(file.read()).hexdigest()
    return found

program, page = sys.argv[1:3]
with tempfile.TemporaryDirectory() as scratch:
    for name in ("one", "other"):
        subprocess.run([program, f"{scratch}/{name}"], check=True)
    made, again = digests_of(f"{scratch}/one"), digests_of(f"{scratch}/other")
if sys.argv[3:] == ["--write"]:
    with open(page, "w", encoding="utf-8") as file:
        file.writelines(f"{made[name]}  {name}\n" for name in sorted(made))
with open(page, encoding="utf-8") as file:
    kept = {line[66:].rstrip("\n"): line[:64] for line in file}
differs = sorted(name for name in made.keys() | kept.keys() | again.keys()
                 if not made.get(name) == kept.get(name) == again.get(name))
for name in differs:
    print(f"{name}: " + ("not made" if name not in made else "not known" if name not in kept else "differs"))
print(f"{len(made)} files made, {len(differs)} differ from those that are known")
sys.exit(1 if differs or not made else 0)
