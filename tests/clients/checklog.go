// Checks a published log with others' code: golang.org/x/mod's signed notes and Merkle trees.
//
//	go run checklog.go DIR VKEY [-old CHECKPOINT] [-witness VKEY] [-proof FILE]
//
// DIR holds checkpoint, tile/ and tile/entries/ as c2sp.org/tlog-tiles lays them out. Checked are the
// checkpoint's signature, a witness's cosignature, every entry against its leaf, every tile, the
// root, inclusion and consistency of every size, and a .tlog-proof. Nothing of Tallystick is used.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "checklog:", err)
		os.Exit(1)
	}
}

func must(ok bool, format string, args ...interface{}) {
	if !ok {
		check(fmt.Errorf(format, args...))
	}
}

// cosigner verifies timestamped cosignatures, type 0x04, through the Verifier interface: the library
// itself only knows plain Ed25519.
type cosigner struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (c *cosigner) Name() string    { return c.name }
func (c *cosigner) KeyHash() uint32 { return c.hash }
func (c *cosigner) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	head := fmt.Sprintf("cosignature/v1\ntime %d\n", binary.BigEndian.Uint64(sig))
	return ed25519.Verify(c.key, append([]byte(head), msg...), sig[8:])
}

func newCosigner(vkey string) (*cosigner, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return nil, errors.New("malformed vkey")
	}
	key, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(key) != 33 || key[0] != 4 {
		return nil, errors.New("no cosigner's vkey")
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), key...))
	if hex.EncodeToString(sum[:4]) != parts[1] {
		return nil, errors.New("the key id is another key's")
	}
	return &cosigner{parts[0], binary.BigEndian.Uint32(sum[:4]), key[1:]}, nil
}

// tlog.ParseTree insists on the checksum database's first line, so the three lines are read here.
func parseCheckpoint(text string) tlog.Tree {
	lines := strings.Split(text, "\n")
	must(len(lines) >= 4, "a checkpoint of %d lines", len(lines))
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err)
	hash, err := tlog.ParseHash(lines[2])
	check(err)
	return tlog.Tree{N: size, Hash: hash}
}

func openCheckpoint(file string, verifiers note.Verifiers) (tlog.Tree, *note.Note) {
	data, err := os.ReadFile(file)
	check(err)
	n, err := note.Open(data, verifiers)
	check(err)
	return parseCheckpoint(n.Text), n
}

// reader serves the tiles of a directory to the library, which verifies them against the tree.
type reader struct{ dir string }

func (r *reader) Height() int { return 8 }
func (r *reader) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		// The library's paths carry the height: tile/8/0/000.
		path := "tile/" + strings.TrimPrefix(tile.Path(), "tile/8/")
		data, err := os.ReadFile(filepath.Join(r.dir, path))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}
func (r *reader) SaveTiles([]tlog.Tile, [][]byte) {}

func readEntries(dir string, size int64) [][]byte {
	var entries [][]byte
	for n := int64(0); n*256 < size; n++ {
		width := int(size - n*256)
		if width > 256 {
			width = 256
		}
		path := tlog.Tile{H: 8, L: 0, N: n, W: width}.Path()
		path = "tile/entries/" + strings.TrimPrefix(path, "tile/8/0/")
		data, err := os.ReadFile(filepath.Join(dir, path))
		check(err)
		for i := 0; i < width; i++ {
			must(len(data) >= 2, "%s is cut", path)
			length := int(binary.BigEndian.Uint16(data))
			must(len(data) >= 2+length, "%s is cut", path)
			entries = append(entries, data[2:2+length])
			data = data[2+length:]
		}
		must(len(data) == 0, "%s has bytes behind its entries", path)
	}
	return entries
}

type hashes []tlog.Hash

func (h *hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var found []tlog.Hash
	for _, i := range indexes {
		found = append(found, (*h)[i])
	}
	return found, nil
}

func checkProofFile(file string, tree tlog.Tree, entries [][]byte, verifiers note.Verifiers) {
	data, err := os.ReadFile(file)
	check(err)
	cut := bytes.Index(data, []byte("\n\n"))
	must(cut > 0, "%s has no empty line", file)
	lines := strings.Split(string(data[:cut]), "\n")
	must(lines[0] == "c2sp.org/tlog-proof@v1", "first line %q", lines[0])
	lines = lines[1:]
	if strings.HasPrefix(lines[0], "extra ") {
		lines = lines[1:]
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[0], "index "), 10, 64)
	check(err)
	var proof tlog.RecordProof
	for _, line := range lines[1:] {
		hash, err := tlog.ParseHash(line)
		check(err)
		proof = append(proof, hash)
	}
	n, err := note.Open(data[cut+2:], verifiers)
	check(err)
	signed := parseCheckpoint(n.Text)
	must(index < int64(len(entries)), "the proof is of entry %d", index)
	check(tlog.CheckRecord(proof, signed.N, signed.Hash, index, tlog.RecordHash(entries[index])))
	fmt.Printf("proof of entry %d in a log of %d\n", index, signed.N)
}

func main() {
	old := flag.String("old", "", "a checkpoint kept from before")
	witness := flag.String("witness", "", "a witness's vkey")
	proof := flag.String("proof", "", "a .tlog-proof")
	flag.Parse()
	must(flag.NArg() == 2, "usage: checklog [options] DIR VKEY")
	dir := flag.Arg(0)
	verifier, err := note.NewVerifier(flag.Arg(1))
	check(err)
	known := []note.Verifier{verifier}
	if *witness != "" {
		cosigner, err := newCosigner(*witness)
		check(err)
		known = append(known, cosigner)
	}
	verifiers := note.VerifierList(known...)
	tree, opened := openCheckpoint(filepath.Join(dir, "checkpoint"), verifiers)
	must(len(opened.Sigs) == len(known), "%d of %d signatures", len(opened.Sigs), len(known))

	entries := readEntries(dir, tree.N)
	var stored hashes
	for i, entry := range entries {
		more, err := tlog.StoredHashes(int64(i), entry, &stored)
		check(err)
		stored = append(stored, more...)
	}
	root, err := tlog.TreeHash(tree.N, &stored)
	check(err)
	must(root == tree.Hash, "the entries have root %v, the checkpoint %v", root, tree.Hash)

	// The same through the tiles, which the library verifies against the signed tree.
	tiles := tlog.TileHashReader(tree, &reader{dir})
	for i := int64(0); i < tree.N; i++ {
		leaf, err := tiles.ReadHashes([]int64{tlog.StoredHashIndex(0, i)})
		check(err)
		must(leaf[0] == tlog.RecordHash(entries[i]), "leaf %d is another", i)
	}
	step := tree.N/200 + 1 // every one of a small log
	for i := int64(0); i < tree.N; i += step {
		path, err := tlog.ProveRecord(tree.N, i, tiles)
		check(err)
		check(tlog.CheckRecord(path, tree.N, tree.Hash, i, tlog.RecordHash(entries[i])))
		before, err := tlog.TreeHash(i+1, &stored)
		check(err)
		growth, err := tlog.ProveTree(tree.N, i+1, tiles)
		check(err)
		check(tlog.CheckTree(growth, tree.N, tree.Hash, i+1, before))
	}
	if *old != "" {
		kept, _ := openCheckpoint(*old, note.VerifierList(verifier))
		growth, err := tlog.ProveTree(tree.N, kept.N, tiles)
		check(err)
		check(tlog.CheckTree(growth, tree.N, tree.Hash, kept.N, kept.Hash))
		fmt.Printf("extends the kept checkpoint of %d\n", kept.N)
	}
	if *proof != "" {
		checkProofFile(*proof, tree, entries, note.VerifierList(verifier))
	}
	fmt.Printf("verified %d entries, %d signatures, root %v\n", tree.N, len(known), tree.Hash)
}
