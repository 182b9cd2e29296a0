"""The fuzzing server of the Autobahn test suite, for the WebSocket probe's client.

The suite (PyPI: autobahntestsuite) is written in Python 2. This script reads the installed cases, brings them to
Python 3 in a temporary folder, and serves them over today's autobahn and twisted. What the cases do and how they judge
stays theirs; only the plumbing of `fuzzing.py` (wire logs, HTML reports) is replaced by the few lines below.

In Python 2 a text is a string of bytes. Here such a text is a `str` of characters below U+0100, one for each byte
(ISO-8859-1), and becomes bytes where it meets autobahn, and back.

It prints one line of JSON when it listens: {"port": N, "cases": N}. Paths are those of the suite, and:
  /runCase?case=N    runs a case
  /report            sends {"CASE ID": {"behavior", "behaviorClose", "result", "resultClose", "code", "ms"}}
Exit status 77: the suite, or what it needs, is not installed.
"""

import glob
import importlib
import importlib.util
import io
import json
import os
import re
import shutil
import sys
import tempfile
import types

NOT_INSTALLED = 77
# How long a peer may take for what the RFC gives no time, in seconds.
PATIENCE = 60
LATIN1 = "iso-8859-1"


def missing(what):
    sys.stderr.write("not installed: %s\n" % what)
    sys.exit(NOT_INSTALLED)


try:
    try:
        import lib2to3 as converter
        from lib2to3 import refactor
    except ImportError:
        # Python 3.13 has it no more; this is its continuation.
        import fissix as converter
        from fissix import refactor

    from autobahn.twisted.websocket import WebSocketServerFactory, WebSocketServerProtocol
    from autobahn.websocket import utf8validator
    from autobahn.websocket.protocol import WebSocketProtocol
    from twisted.internet import reactor
except ImportError as error:
    missing(error)

# Compression, which the probe does not offer; and two limits that the suite itself leaves out.
UNUSED = ("case12", "case13", "case9_9", "case9_10", "__init__")
FIXERS = [converter.__name__ + ".fixes.fix_" + name for name in ("dict", "except", "has_key", "print", "raise", "unicode", "xrange")]

# Text -> text, in every case. Characters above U+007F are encoded by the byte already, so encoding them again is wrong.
PATCHES = [
    (r"^import copy, os, pkg_resources, hashlib, binascii$", "import copy, os, hashlib, binascii"),
    (r"\bimport binascii\b", "import python2_binascii as binascii"),
    (r"\(object, Case, \)", "(Case, )"),
    # Whole numbers are divided to whole numbers.
    (r"(\w+|\)) / (self\.)", r"\1 // \2"),
    (r"^# -\*- coding.*$", ""),
]


def python2_binascii():
    """`binascii` for texts that are strings of bytes."""
    module = types.ModuleType("python2_binascii")
    module.b2a_hex = module.hexlify = lambda text: octets(text).hex()
    sys.modules["python2_binascii"] = module


def python2_validator():
    """autobahn's validator of UTF-8 for texts that are strings of bytes; autobahn itself keeps its own."""
    original = utf8validator.Utf8Validator

    class Validator(original):
        def validate(self, text):
            return original.validate(self, octets(text))

    utf8validator.Utf8Validator = Validator


def convert(source, target):
    """Brings a module to Python 3."""
    # Read by the byte: a literal then has one character for each byte, as it had in Python 2.
    with io.open(source, encoding=LATIN1) as file:
        text = file.read()
    for pattern, replacement in PATCHES:
        text = re.sub(pattern, replacement, text, flags=re.MULTILINE)
    if not text.endswith("\n"):
        text += "\n"
    text = str(refactor.RefactoringTool(FIXERS).refactor_string(text, source))
    with io.open(target, "w", encoding="utf-8") as file:
        file.write(text)


def load_cases(folder):
    """All cases but those of compression (12 and 13), as the suite orders them: (id, class)."""
    spec = importlib.util.find_spec("autobahntestsuite")
    if spec is None:
        missing("autobahntestsuite")
    cases = os.path.join(os.path.dirname(spec.origin), "case")
    python2_binascii()
    python2_validator()
    # The modules import each other by their bare names, as Python 2 let them.
    for source in glob.glob(os.path.join(cases, "*.py")):
        name = os.path.basename(source)
        if not name.startswith(UNUSED):
            convert(source, os.path.join(folder, name))
    sys.path.insert(0, folder)
    found = {}
    for source in sorted(glob.glob(os.path.join(folder, "case*_*.py"))):
        module = importlib.import_module(os.path.basename(source)[:-3])
        for value in vars(module).values():
            for case in value if isinstance(value, list) else [value]:
                match = isinstance(case, type) and re.match(r"^Case([0-9]+(_[0-9]+)+)$", case.__name__)
                if match:
                    found[tuple(int(number) for number in match.group(1).split("_"))] = case
    # Two equal lists may be pickled differently; what the suite means is that they are equal.
    importlib.import_module("case").Case.compare = lambda self, one, other: one == other
    return [(".".join(map(str, number)), found[number]) for number in sorted(found)]


def octets(text):
    """Bytes for autobahn."""
    return text.encode(LATIN1) if isinstance(text, str) else text


class Protocol(WebSocketServerProtocol):
    """What a case sees as `self.p`."""

    run = None
    path = None
    createWirelog = False
    autoFragmentSize = 0

    def onConnect(self, request):
        self.path = request.path
        if request.path == "/runCase":
            self.id, case = CASES[int(request.params["case"][0]) - 1]
            self.run = case(self)
            if hasattr(self.run, "WAITSECS"):
                self.run.WAITSECS = PATIENCE

    def onOpen(self):
        self.connectionWasOpen = True
        self.began = reactor.seconds()
        self.txFrameStats = {}
        if self.run:
            self.run.onOpen()
        elif self.path == "/report":
            super().sendMessage(json.dumps(REPORT).encode("utf-8"))
            self.sendClose()

    def onMessage(self, payload, isBinary):
        if self.run:
            self.run.onMessage(payload.decode(LATIN1), isBinary)

    def onPong(self, payload):
        if self.run:
            self.run.onPong(payload.decode(LATIN1))

    def onClose(self, wasClean, code, reason):
        if self.run:
            self.run.onClose(wasClean, code, reason)

    def connectionLost(self, reason):
        super().connectionLost(reason)
        if self.run:
            self.run.onConnectionLost(self.failedByMe)
            REPORT[self.id] = {
                "behavior": self.run.behavior,
                "behaviorClose": self.run.behaviorClose,
                "result": str(self.run.result)[:300],
                "resultClose": str(self.run.resultClose)[:300],
                "code": self.remoteCloseCode,
                "ms": int(1000 * (reactor.seconds() - self.began)),
            }

    def later(self, delay, act, *arguments):
        def unless_closed():
            if self.state != WebSocketProtocol.STATE_CLOSED:
                act(*arguments)

        reactor.callLater(delay, unless_closed)

    def continueLater(self, delay, act, tag=None):
        self.later(delay, act)

    def killAfter(self, delay):
        self.later(delay, self.fail)

    def closeAfter(self, delay):
        self.later(delay, self.sendClose)

    def fail(self):
        (getattr(self, "_fail_connection", None) or getattr(self, "_failConnection", None) or self.failConnection)()

    def enableWirelog(self, enable):
        pass

    def sendFrame(self, opcode, payload="", payload_len=None, **options):
        payload = octets(payload)
        self.txFrameStats[opcode] = self.txFrameStats.get(opcode, 0) + 1
        if payload_len is not None:
            # Repeated here: some releases of autobahn divide as Python 2 did.
            payload = (payload * (payload_len // max(len(payload), 1) + 1))[:payload_len]
        if options.get("mask") is not None:
            options["mask"] = octets(options["mask"])
        super().sendFrame(opcode, payload, **options)

    def sendMessage(self, payload, isBinary=False, **options):
        super().sendMessage(octets(payload), isBinary, **options)

    def sendMessageFrameData(self, payload, sync=False):
        return super().sendMessageFrameData(octets(payload), sync)

    def sendCloseFrame(self, code=None, reasonUtf8=None, isReply=False):
        super().sendCloseFrame(code, octets(reasonUtf8) if reasonUtf8 is not None else None, isReply)


def main():
    global CASES, REPORT
    folder = tempfile.mkdtemp()
    try:
        CASES, REPORT = load_cases(folder), {}
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    factory = WebSocketServerFactory()
    factory.protocol = Protocol
    # As the suite sets it: a failed connection is closed as RFC 6455 says, not dropped. How long the answer to a close frame
    # may take is no rule of the RFC: a second, as autobahn has it, passes by itself where the processor is busy.
    factory.setProtocolOptions(failByDrop=False, closeHandshakeTimeout=PATIENCE)
    port = reactor.listenTCP(0, factory, interface="127.0.0.1").getHost().port
    # It compares the port in the host header of a handshake with this one.
    factory.setSessionParameters(url="ws://127.0.0.1:%d" % port)
    print(json.dumps({"port": port, "cases": [name for name, _ in CASES]}), flush=True)
    reactor.run()


main()
