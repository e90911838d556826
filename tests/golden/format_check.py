"""Reads the worked example of docs/FORMAT.md as a stranger would: with the page and the standard
library only. Recomputes every digest, root, leaf and path, and checks every signature."""
import base64, hashlib, re, struct, sys

text = open(sys.argv[1], encoding="utf-8").read()
block = re.search(r"```example\n(.*?)```", text, re.S).group(1)
X = {name: bytes.fromhex(value) for name, value in (line.split(" ") for line in block.splitlines())}
sha = lambda *parts: hashlib.sha256(b"".join(parts)).digest()
leaf = lambda entry: sha(b"\0", entry)
node = lambda left, right: sha(b"\1", left, right)
checks = 0

def same(what, found, expected):
    global checks
    checks += 1
    if found != expected:
        sys.exit(f"{what}: found {found!r}, expected {expected!r}")

def root(leaves):
    if len(leaves) < 2:
        return leaves[0] if leaves else sha()
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return node(root(leaves[:k]), root(leaves[k:]))

def follow(index, size, hash, path):
    if size == 1:
        assert not path
        return hash
    k = 1
    while 2 * k < size:
        k *= 2
    if index < k:
        return node(follow(index, k, hash, path[:-1]), path[-1])
    return node(path[-1], follow(index - k, size - k, hash, path[:-1]))

# Ed25519, slow and plain (RFC 8032).
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
d = -121665 * pow(121666, P - 2, P) % P
def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, e = 2 * p[3] * q[3] * d % P, 2 * p[2] * q[2] % P
    f, g, h, i = b - a, e - c, e + c, b + a
    return (f * g % P, h * i % P, g * h % P, f * i % P)
def times(n, p):
    q = (0, 1, 1, 0)
    while n:
        if n & 1:
            q = add(q, p)
        p, n = add(p, p), n >> 1
    return q
def point(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y % 2**255
    x2 = (y * y - 1) * pow(d * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    assert y < P and (x * x - x2) % P == 0
    x = P - x if x % 2 != sign else x
    return (x, y, 1, x * y % P)
BASE = point(bytes([0x58]) + bytes([0x66]) * 31)
def signed(what, key, message, signature):
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    s = int.from_bytes(signature[32:], "little")
    a, b = times(s, BASE), add(point(signature[:32]), times(k, point(key)))
    same(what, s < L and (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0, True)

def fields(message):
    """Data words and byte lists of a canonical struct."""
    words, pointers = struct.unpack_from("<HH", message, 4)
    data = [struct.unpack_from("<Q", message, 8 + 8 * i)[0] for i in range(words)]
    lists = []
    for i in range(pointers):
        at = 8 + 8 * (words + i)
        pointer = struct.unpack_from("<Q", message, at)[0]
        first, count = at + 8 + 8 * ((pointer & 0xffffffff) >> 2), pointer >> 35
        lists.append(message[first:first + count] if pointer else b"")
    return data + [0] * (7 - words), lists + [b""] * (8 - pointers)

def run_root(salt, body):
    (step, *_), (sources, states, begin, until, values, *_) = fields(body)
    tops, g, row = [], 0, 0
    for at in range(0, len(sources), 24):
        number, previous, rows, start = struct.unpack_from(">IQIq", sources, at)
        leaves = []
        for first in range(0, rows, 16):
            packed = struct.pack(">I", first)
            for r in range(first, min(first + 16, rows)):
                if step:
                    span = start + r * step, start + (r + 1) * step
                else:
                    span = tuple(struct.unpack_from(">q", c, 8 * (row + r))[0] for c in (begin, until))
                state = (states[(row + r) // 4] >> (row + r) % 4 * 2 & 3) + 1
                value = struct.unpack_from(">q", values, 8 * (row + r))[0] if values else 0
                packed += struct.pack(">qqIq", *span, state, value)
            leaves.append(leaf(b"TSM\1" + sha(b"TSS\1", salt, struct.pack(">Q", g))[:16] + packed))
            g += 1
        tops.append(leaf(b"TSO\1" + struct.pack(">IQI", number, previous, rows) + root(leaves)))
        row += rows
    return root(tops)

ledger, zeros, leaves, digests = bytes(32), bytes(32), [], []
for i, stream in enumerate([0, 1, 2, 2]):
    batch, headers, j = [], [], 0
    while f"{i}.{j}.header" in X:
        header, salt, body = (X[f"{i}.{j}.{part}"] for part in ("header", "salt", "body"))
        data, lists = fields(header)
        same(f"B {i}/{j}", lists[2], sha(b"\2", salt, body))
        same(f"run root {i}/{j}", lists[3], run_root(salt, body) if data[6] else b"")
        same(f"previous {i}/{j}", lists[1], batch[-1] if batch else b"")
        batch.append(sha(b"\0", header))
        same(f"D {i}/{j}", batch[-1], X[f"{i}.{j}.digest"])
        headers.append((data, lists))
        j += 1
    evidence, opening = X[f"{i}.evidence"], i == stream
    same("evidence head", evidence[:4], b"\1\1\0\0")
    same("fingerprint", evidence[4:36], sha(b"TSK\1\1", X[f"{i}.key"]))
    first, last = (headers[0][0][1], headers[-1][0][1]) if i == 3 else (0, 0)
    span = (min(h[0][2] for h in headers), max(h[0][3] for h in headers)) if i == 3 else (0, 0)
    same("range", evidence[100:140], struct.pack(">QQQqq", first, last, len(batch), *span))
    same("links", evidence[140:], zeros + batch[-1])
    message = b"tallystick/batch/v1".ljust(24, b"\0") + ledger + (headers[0][1][0] or zeros) + evidence[100:] + root(batch)
    if i == 3:
        same("message", message, X["3.message"])
    signed(f"batch {i}", X[f"{i}.key"], message, evidence[36:100])
    previous = zeros if i == 0 else ledger if opening else leaves[stream]
    record = b"TSR\1" + struct.pack(">QQ", stream, 0 if opening else 1) + previous + root(batch) + sha(b"TSV\1", evidence)
    same(f"record {i}", record, X[f"{i}.record"])
    same(f"entry {i}", X[f"{i}.entry"], b"TSE\1" + struct.pack(">q", 1767225660000 + 1000 * i) + sha(record))
    leaves.append(leaf(X[f"{i}.entry"]))
    same(f"leaf {i}", leaves[-1], X[f"{i}.leaf"])
    digests.append(batch)
    ledger = leaves[0]

possession = b"tallystick/possess/v1".ljust(24, b"\0") + ledger + sha(b"TSK\1\1", X["3.key"]) + sha(b"TSK\1\1", X["0.key"]) + sha(b"acme")
same("possession", possession, X["1.possession.message"])
signed("possession", X["3.key"], possession, X["1.possession.signature"])

same("tree root", root(leaves), X["tree.root"])
head = lambda i, count, newest: leaf(b"TSH\1" + digests[i][0] + struct.pack(">Q", count) + leaves[newest])
same("heads root", root([head(0, 1, 0), head(1, 1, 1), head(2, 2, 3), leaf(b"")]), X["heads.root"])

note, line = X["checkpoint"].split(b"\n\n")
origin, size, top = note.split(b"\n")
blob = base64.b64decode(line.split(b" ")[2])
same("checkpoint", (origin, size, base64.b64decode(top)), (b"example.com/tallystick", b"4", root(leaves)))
same("key id", blob[:4], sha(origin, b"\n\1", X["log.key"])[:4])
signed("checkpoint", X["log.key"], note + b"\n", blob[4:])

proof, checkpoint = X["receipt"].split(b"\n\n", 1)
kind, extra, index, *path = proof.split(b"\n")
same("receipt", (kind, index, checkpoint), (b"c2sp.org/tlog-proof@v1", b"index 3", X["checkpoint"]))
same("path in the log", follow(3, 4, leaves[3], [base64.b64decode(h) for h in path]), root(leaves))
extra = base64.b64decode(extra.split(b" ")[1])
same("extra", extra[:12] + extra[12:128] + extra[128:332], b"TSP\1" + X["3.entry"][4:12] + X["3.record"] + X["3.evidence"])
offset, length = struct.unpack_from(">II", extra, 332)
header, rest = extra[340:340 + length], extra[340 + length:]
same("receipt's event", (offset, header), (1, X["3.1.header"]))
same("path in the batch", follow(1, 4, sha(b"\0", header), [rest[:32], rest[32:64]]), root(digests[3]))
same("receipt's body", rest[64:], X["3.1.salt"] + X["3.1.body"])

slot = (b"TSHEAD\0\1" + struct.pack(">Q", 2) + ledger + struct.pack(">QQ", 1, 4) + root(leaves)
        + struct.pack(">qI", 1767225663000, len(X["checkpoint"])) + bytes(20))
same("head slot", slot, X["head_slot.first_128"])
same("head slot's checksum", sha(slot, X["checkpoint"].ljust(3936, b"\0")), X["head_slot.checksum"])

event = struct.pack(">III", 1, len(X["1.0.header"]), len(X["1.0.body"])) + X["1.0.salt"] + X["1.0.header"] + X["1.0.body"]
file = b"TALLYTEV" + struct.pack(">I", 1) + ledger + X["1.evidence"] + event
same("batch file", X["batch_file"], file + sha(file))
print(f"{checks} checks passed")
