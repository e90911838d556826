// Reads the worked example of docs/FORMAT.md with Node's crypto and nothing of Tallystick: a batch's
// signature, an event's path in its batch, a salted body, and one measurement of a run proven alone.
import { createHash, createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";

const page = readFileSync(process.argv[2], "utf8");
const block = page.match(/```example\n([\s\S]*?)```/)[1];
const X = Object.fromEntries(
  block.trim().split("\n").map((line) => {
    const [name, hex] = line.split(" ");
    return [name, Buffer.from(hex, "hex")];
  }));

let checks = 0;
function same(what, found, expected) {
  checks += 1;
  if (Buffer.compare(found, expected) !== 0) {
    console.error(`${what}: found ${found.toString("hex")}, expected ${expected.toString("hex")}`);
    process.exit(1);
  }
}
const sha = (...parts) => createHash("sha256").update(Buffer.concat(parts)).digest();
const ascii = (text) => Buffer.from(text, "latin1");
const leaf = (...parts) => sha(Buffer.from([0]), ...parts);
const node = (left, right) => sha(Buffer.from([1]), left, right);
const u32 = (n) => { const b = Buffer.alloc(4); b.writeUInt32BE(n); return b; };
const u64 = (n) => { const b = Buffer.alloc(8); b.writeBigUInt64BE(BigInt(n)); return b; };
const i64 = (n) => { const b = Buffer.alloc(8); b.writeBigInt64BE(BigInt(n)); return b; };

function split(n) { let k = 1; while (2 * k < n) k *= 2; return k; }
function root(leaves) {
  if (leaves.length === 1) return leaves[0];
  const k = split(leaves.length);
  return node(root(leaves.slice(0, k)), root(leaves.slice(k)));
}
function path(leaves, index) {
  if (leaves.length === 1) return [];
  const k = split(leaves.length);
  return index < k ? [...path(leaves.slice(0, k), index), root(leaves.slice(k))]
                   : [...path(leaves.slice(k), index - k), root(leaves.slice(0, k))];
}
function follow(index, size, hash, steps) {
  if (size === 1) {
    if (steps.length > 0) throw new Error("a path too long");
    return hash;
  }
  const k = split(size), last = steps[steps.length - 1], rest = steps.slice(0, -1);
  return index < k ? node(follow(index, k, hash, rest), last)
                   : node(last, follow(index - k, size - k, hash, rest));
}
// Data words and byte lists of a canonical Cap'n Proto struct (sections 2 and 3).
function fields(message) {
  const words = message.readUInt16LE(4), pointers = message.readUInt16LE(6);
  const data = [], lists = [];
  for (let i = 0; i < words; i++) data.push(message.readBigUInt64LE(8 + 8 * i));
  for (let i = 0; i < pointers; i++) {
    const at = 8 + 8 * (words + i), pointer = message.readBigUInt64LE(at);
    const first = at + 8 + 8 * Number((pointer & 0xffffffffn) >> 2n), count = Number(pointer >> 35n);
    lists.push(pointer === 0n ? Buffer.alloc(0) : message.subarray(first, first + count));
  }
  while (data.length < 7) data.push(0n);
  while (lists.length < 8) lists.push(Buffer.alloc(0));
  return { data, lists };
}

// The batch of record 3, signed by the party's key.
const evidence = X["3.evidence"], digests = [];
for (let j = 0; `3.${j}.header` in X; j++) digests.push(leaf(X[`3.${j}.header`]));
const stream = fields(X["3.0.header"]).lists[0];
const message = Buffer.concat([ascii("tallystick/batch/v1".padEnd(24, "\0")), X["0.leaf"], stream,
                               evidence.subarray(100), root(digests)]);
same("message", message, X["3.message"]);
const key = createPublicKey({ format: "jwk", key: { kty: "OKP", crv: "Ed25519",
                                                    x: X["3.key"].toString("base64url") } });
const signature = evidence.subarray(36, 100);
if (!verify(null, message, key, signature)) throw new Error("the batch's signature fails");
const flipped = Buffer.from(signature);
flipped[10] ^= 1;
if (verify(null, message, key, flipped)) throw new Error("a flipped signature passes");
same("fingerprint", evidence.subarray(4, 36), sha(ascii("TSK\x01\x01"), X["3.key"]));
same("record's root", X["3.record"].subarray(52, 84), root(digests));
same("record's evidence", X["3.record"].subarray(84), sha(ascii("TSV\x01"), evidence));
same("entry", X["3.entry"].subarray(12), sha(X["3.record"]));

// Event 3/1: its path in the batch, and its body behind the commitment.
same("path", follow(1, digests.length, leaf(X["3.1.header"]), path(digests, 1)),
     X["3.record"].subarray(52, 84));
same("salted body", fields(X["3.1.header"]).lists[2],
     sha(Buffer.from([2]), X["3.1.salt"], X["3.1.body"]));

// One measurement of the run 3/2. The prover has the run; it gives one leaf of at most 16 rows, that
// leaf's salt, two paths and the source's fields. The checker has these and the header.
function prove(salt, body, number, row) {
  const { data: [step], lists: [sources, states, begin, until, values] } = fields(body);
  const tops = [];
  let g = 0, at = 0, given;
  for (let s = 0; s < sources.length; s += 24) {
    const source = { number: sources.readUInt32BE(s), previous: sources.readBigUInt64BE(s + 4),
                     rows: sources.readUInt32BE(s + 12) };
    const start = sources.readBigInt64BE(s + 16), packed = [], salts = [];
    for (let first = 0; first < source.rows; first += 16) {
      const rows = [];
      for (let r = first; r < Math.min(first + 16, source.rows); r++) {
        const i = at + r;
        rows.push({ from: step ? start + BigInt(r) * step : begin.readBigInt64BE(8 * i),
                    until: step ? start + BigInt(r + 1) * step : until.readBigInt64BE(8 * i),
                    state: ((states[i >> 2] >> (2 * (i & 3))) & 3) + 1,
                    value: values.length > 0 ? values.readBigInt64BE(8 * i) : 0n });
      }
      salts.push(sha(ascii("TSS\x01"), salt, u64(g)).subarray(0, 16));
      packed.push({ first, rows });
      g += 1;
    }
    const leaves = packed.map((p, i) => rowLeaf(salts[i], p.first, p.rows));
    if (source.number === number) {
      const k = row >> 4;
      given = { source, place: s / 24, salt: salts[k], ...packed[k], rowPath: path(leaves, k) };
    }
    tops.push(sourceLeaf(source, root(leaves)));
    at += source.rows;
  }
  return { ...given, sources: tops.length, sourcePath: path(tops, given.place) };
}
function rowLeaf(salt, first, rows) {
  return leaf(ascii("TSM\x01"), salt, u32(first),
              ...rows.map((r) => Buffer.concat([i64(r.from), i64(r.until), u32(r.state), i64(r.value)])));
}
function sourceLeaf(source, rowsRoot) {
  return leaf(ascii("TSO\x01"), u32(source.number), u64(source.previous), u32(source.rows), rowsRoot);
}
function runRoot(given) {
  const leaves = Math.ceil(given.source.rows / 16);
  const rows = follow(given.first / 16, leaves, rowLeaf(given.salt, given.first, given.rows),
                      given.rowPath);
  return follow(given.place, given.sources, sourceLeaf(given.source, rows), given.sourcePath);
}
const header = fields(X["3.2.header"]);
same("salted run", header.lists[2], sha(Buffer.from([2]), X["3.2.salt"], X["3.2.body"]));
for (const row of [0, 15, 16, 17]) {
  const given = prove(X["3.2.salt"], X["3.2.body"], 1, row);
  same(`row ${row} of the run`, runRoot(given), header.lists[3]);
  given.rows[row % 16].state ^= 3;
  if (Buffer.compare(runRoot(given), header.lists[3]) === 0) throw new Error("a changed row passes");
}

// The same as a pack carries it: a partial run, which names every source and shows some leaves.
function partialRoot(bytes) {
  let at = 0;
  const take = (n) => { at += n; return bytes.subarray(at - n, at); };
  const u16 = () => take(2).readUInt16BE();
  const tops = [], shown = [];
  for (let s = u16(); s > 0; s--) {
    const fixed = take(16), rows = fixed.readUInt32BE(12), leaves = new Map();
    for (let n = u16(); n > 0; n--) {
      const k = u16(), salt = take(16), columns = take(28 * Math.min(16, rows - 16 * k));
      leaves.set(k, leaf(ascii("TSM\x01"), salt, u32(16 * k), columns));
      shown.push({ k, states: columns.subarray(16).readUInt32BE() });
    }
    const proof = Array.from({ length: u16() }, () => take(32));
    const open = (first, limit) => {
      const known = [...leaves.keys()].some((k) => first <= k && k < limit);
      if (!known) return proof.shift();
      if (limit - first === 1) return leaves.get(first);
      const middle = first + split(limit - first);
      return node(open(first, middle), open(middle, limit));
    };
    tops.push(leaf(ascii("TSO\x01"), fixed, open(0, Math.ceil(rows / 16))));
    if (proof.length > 0) throw new Error("a proof too long");
  }
  if (at !== bytes.length) throw new Error("bytes behind the run");
  return { root: root(tops), shown };
}
const partial = partialRoot(X["3.2.partial"]);
same("partial run", partial.root, header.lists[3]);
if (partial.shown.length !== 1 || partial.shown[0].k !== 1) throw new Error("another leaf is shown");
const broken = Buffer.from(X["3.2.partial"]);
broken[60] ^= 1;
if (Buffer.compare(partialRoot(broken).root, header.lists[3]) === 0) throw new Error("a changed row passes");
console.log(`${checks} checks passed`);
