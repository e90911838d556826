"""Runs the commands of docs/AUDITING.md word for word: every ```sh block, in the page's order, in one
folder, on a small ledger with a kept checkpoint, a fork and a time stamp authority (the openssl program
behind a server of this machine). A block that fails fails the test.

  auditing_page.py PAGE TALLY SOURCE    exit status 77 where Go or Node is not installed
"""
import http.server, os, re, shutil, signal, subprocess, sys, tempfile, threading

page, tally, source = (os.path.abspath(path) for path in sys.argv[1:4])
for program in ("go", "node", "jq", "openssl"):
    if not shutil.which(program):
        print(f"skipped: {program} is not installed; tools/prerequisites installs it")
        sys.exit(77)
blocks = re.findall(r"^```sh\n(.*?)^```$", open(page, encoding="utf-8").read(), re.S | re.M)
assert len(blocks) >= 6, f"{page} has {len(blocks)} blocks of commands"

def lines(first, count, state="up"):
    return "".join('{"kind":"state reported","source":"site","at":"2025-12-01T00:%02d:00Z",'
                   '"body":{"state":"%s"}}\n' % (minute, state) for minute in range(first, first + count))

AUTHORITY = """[req]
distinguished_name=name
prompt=no
[name]
CN=x
[ca]
basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign
[signer]
basicConstraints=CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=critical,timeStamping
[tsa]
default_tsa=authority
[authority]
serial=serial
crypto_device=builtin
signer_cert=tsa.pem
signer_key=tsa.key
signer_digest=sha256
default_policy=1.2.3.4.1
digests=sha256
accuracy=secs:1
ess_cert_id_alg=sha256
"""

def authority(home):
    """Serves time stamps; gives the URL, and leaves the root's certificate in ca.pem."""
    os.mkdir(home)
    def openssl(*words):
        done = subprocess.run(["openssl", *words], cwd=home, capture_output=True, text=True)
        assert done.returncode == 0, f"openssl {' '.join(words)}: {done.stderr}"
    open(f"{home}/conf", "w").write(AUTHORITY)
    open(f"{home}/serial", "w").write("01\n")
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-config", "conf")
    openssl("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "9", "-extensions", "ca",
            "-subj", "/CN=Test Root")
    openssl("req", "-new", *key, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/O=Example/CN=Test Stamps")
    openssl("x509", "-req", "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-set_serial", "2", "-days", "9",
            "-extfile", "conf", "-extensions", "signer", "-out", "tsa.pem")

    class Stamps(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            open(f"{home}/request", "wb").write(self.rfile.read(int(self.headers["Content-Length"])))
            openssl("ts", "-reply", "-config", "conf", "-queryfile", "request", "-out", "reply")
            reply = open(f"{home}/reply", "rb").read()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)
        def log_message(self, *_):
            pass
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stamps)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_address[1]}/tsr"

with tempfile.TemporaryDirectory() as folder:
    os.mkdir(f"{folder}/bin")
    os.symlink(tally, f"{folder}/bin/tally")
    environment = {**os.environ, "PATH": f"{folder}/bin:{os.environ['PATH']}", "TALLYSTICK": source,
                   "GOCACHE": f"{folder}/go-cache", "GOFLAGS": "", "LC_ALL": "C.UTF-8"}
    for name in ("TALLY_LEDGER", "TALLY_KEY"):
        environment.pop(name, None)

    def run(*words, text=""):
        done = subprocess.run(["tally", *words], cwd=folder, env=environment, input=text, text=True,
                              capture_output=True)
        assert done.returncode == 0, f"tally {' '.join(words)}: {done.returncode} {done.stderr}"

    run("init", "acme.ledger", "--origin", "ledger.example/acme")
    run("key", "new", "--party", "lime", "--out", "lime.pem")
    at, key = ("-C", "acme.ledger"), ("--key", "lime.pem")
    run("party", "register", "lime", *at, *key)
    run("feed", "register", "web", "--party", "lime", *at, *key)
    def append(ledger, text):
        run("append", "-", "--feed", "web", "--batch", "1", "-C", ledger, *key, text=text)
    append("acme.ledger", lines(0, 3))
    run("checkpoint", "--out", "kept.checkpoint", *at)
    run("identity", "--out", "identity.json", *at)
    shutil.copytree(f"{folder}/acme.ledger", f"{folder}/forked.ledger")
    shutil.copy(f"{folder}/acme.ledger.head", f"{folder}/forked.ledger.head")
    append("acme.ledger", lines(3, 4))
    append("forked.ledger", lines(3, 6, "down"))
    environment["TSA"] = authority(f"{folder}/authority")
    shutil.copy(f"{folder}/authority/ca.pem", f"{folder}/tsa.pem")
    for number, block in enumerate(blocks):
        # A group of its own: nothing that a block started outlives it, whatever became of it.
        with open(f"{folder}/output", "w+", encoding="utf-8") as output:
            shell = subprocess.Popen(["bash", "-euo", "pipefail", "-c", block], cwd=folder, env=environment,
                                     stdout=output, stderr=output, start_new_session=True)
            try:
                exit_status = shell.wait(timeout=120)
            finally:
                try:
                    os.killpg(shell.pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            output.seek(0)
            print(f"-- block {number + 1}\n{block}{output.read()}", flush=True)
        assert exit_status == 0, f"block {number + 1} ended with {exit_status}"
print(f"{len(blocks)} blocks of commands ran")
