"""Others' programs check what this project publishes; each is shown a good thing and the same thing
broken. Nothing of Tallystick runs here: the bytes are made by the standard library, or stand in
docs/FORMAT.md.

  clients.py go|node|openssl SOURCE    exit status 77 where the program is not installed
"""
import base64, hashlib, os, re, shutil, struct, subprocess, sys, tempfile

client, source = sys.argv[1], os.path.abspath(sys.argv[2])
here = f"{source}/tests/clients"
if not shutil.which(client) or (client == "go" and not os.path.isdir("/usr/share/gocode/src/golang.org/x/mod")):
    print(f"skipped: {client} is not installed; tools/prerequisites installs it")
    sys.exit(77)

def run(words, **more):
    return subprocess.run(words, capture_output=True, text=True, **more)

def expect(what, done, good):
    print(f"{what}: {'accepted' if done.returncode == 0 else 'refused'} {done.stdout}{done.stderr}")
    assert (done.returncode == 0) == good, what

# The complete small log: 300 entries, a checkpoint signed by a log and a witness of published seeds.
ORIGIN, WITNESS = "example.com/tallystick-test", "witness.example.com/w1"
LOG_KEY = ORIGIN + "+d9bd1697+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
WITNESS_KEY = WITNESS + "+969980cf+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X"
CHECKPOINT = (f"{ORIGIN}\n300\ngw31yQrqZZCcEOPrzX+bpy3nJ6QgngTKn8G1m0i62uU=\n\n"
    f"\u2014 {ORIGIN} 2b0Wl6pTuQ+2FYoAT55rJ2gdRI/zG2sgSluaLQtJ2osyE5lTfGK9Fv0bQWqdwST5dPZIgG11JOGg7XTP8neUay2g/ww=\n"
    f"\u2014 {WITNESS} lpmAzwAAAABpVGeAMsyMKPmhMWPhcnI92nuXXZ8LTBz5/rUCCrBkLKKLjUTOpFCYJHI2mUNy5VqdR8lLA8QBX8F7/vuR3qegES2fBw==\n")

def small_log(folder):
    sha = lambda data: hashlib.sha256(data).digest()
    entries = [b"record %d" % i for i in range(300)]
    leaves = [sha(b"\0" + entry) for entry in entries]
    level = leaves[:256]
    while len(level) > 1:
        level = [sha(b"\1" + level[i] + level[i + 1]) for i in range(0, len(level), 2)]
    bundle = lambda part: b"".join(struct.pack(">H", len(entry)) + entry for entry in part)
    files = {"checkpoint": CHECKPOINT.encode(), "tile/0/000": b"".join(leaves[:256]),
             "tile/0/001.p/44": b"".join(leaves[256:]), "tile/1/000.p/1": level[0],
             "tile/entries/000": bundle(entries[:256]), "tile/entries/001.p/44": bundle(entries[256:])}
    for name, data in files.items():
        os.makedirs(os.path.dirname(f"{folder}/{name}"), exist_ok=True)
        open(f"{folder}/{name}", "wb").write(data)
    return files

def go(folder):
    environment = {**os.environ, "GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOFLAGS": "",
                   "GOCACHE": f"{folder}/cache"}
    built = run(["go", "build", "-o", f"{folder}/checklog", f"{here}/checklog.go"], env=environment)
    assert built.returncode == 0, built.stderr
    files = small_log(f"{folder}/log")
    check = lambda *more: run([f"{folder}/checklog", *more, f"{folder}/log", LOG_KEY])
    expect("the small log", check("-witness", WITNESS_KEY), True)
    expect("a witness's key in the place of the log's", run([f"{folder}/checklog", f"{folder}/log", WITNESS_KEY]), False)
    for name, data in files.items():
        for at in (len(data) - 9, len(data) // 2):
            broken = bytearray(data)
            broken[at] ^= 1
            open(f"{folder}/log/{name}", "wb").write(broken)
            expect(f"{name} with byte {at} changed", check("-witness", WITNESS_KEY), False)
        open(f"{folder}/log/{name}", "wb").write(data)
    expect("the small log again", check(), True)

def node(folder):
    page = open(f"{source}/docs/FORMAT.md", encoding="utf-8").read()
    expect("docs/FORMAT.md", run(["node", f"{here}/format_check.mjs", f"{source}/docs/FORMAT.md"]), True)
    for name in ("3.evidence", "3.key", "3.message", "3.1.header", "3.1.salt", "3.1.body", "3.2.salt", "3.2.body",
                 "3.record", "3.entry"):
        line = re.search(rf"^{re.escape(name)} ([0-9a-f]+)$", page, re.M)
        last = line.end(1) - 1
        broken = page[:last] + ("0" if page[last] != "0" else "1") + page[last + 1:]
        open(f"{folder}/broken.md", "w", encoding="utf-8").write(broken)
        expect(f"{name} changed", run(["node", f"{here}/format_check.mjs", f"{folder}/broken.md"]), False)

def openssl(folder):
    page = open(f"{source}/docs/FORMAT.md", encoding="utf-8").read()
    example = {name: bytes.fromhex(value) for name, value in re.findall(r"^([\w.]+) ([0-9a-f]+)$", page, re.M)}
    def verify(what, key, message, signature, good):
        der = bytes.fromhex("302a300506032b6570032100") + key
        open(f"{folder}/key", "w").write("-----BEGIN PUBLIC KEY-----\n" + base64.b64encode(der).decode() +
                                         "\n-----END PUBLIC KEY-----\n")
        open(f"{folder}/message", "wb").write(message)
        open(f"{folder}/signature", "wb").write(signature)
        expect(what, run(["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", f"{folder}/key", "-rawin",
                          "-in", f"{folder}/message", "-sigfile", f"{folder}/signature"]), good)
    text, lines = example["checkpoint"].split(b"\n\n")
    note_signature = base64.b64decode(lines.split(b" ")[2])[4:]
    log = base64.b64decode(LOG_KEY.split("+", 2)[2])[1:]
    small_text, small_lines = CHECKPOINT.encode().split(b"\n\n")
    small = base64.b64decode(small_lines.split(b"\n")[0].split(b" ")[2])[4:]
    blob = base64.b64decode(small_lines.split(b"\n")[1].split(b" ")[2])[4:]
    seen = b"cosignature/v1\ntime %d\n" % struct.unpack(">Q", blob[:8])[0] + small_text + b"\n"
    witness = base64.b64decode(WITNESS_KEY.split("+", 2)[2])[1:]
    for what, key, message, signature in (
            ("the worked example's checkpoint", example["log.key"], text + b"\n", note_signature),
            ("the worked example's batch", example["3.key"], example["3.message"], example["3.evidence"][36:100]),
            ("the small log's checkpoint", log, small_text + b"\n", small),
            ("the small log's cosignature", witness, seen, blob[8:])):
        verify(what, key, message, signature, True)
        verify(what + ", shortened", key, message[:-1], signature, False)
        verify(what + ", flipped", key, message, bytes([signature[0] ^ 1]) + signature[1:], False)

with tempfile.TemporaryDirectory() as scratch:
    {"go": go, "node": node, "openssl": openssl}[client](scratch)
