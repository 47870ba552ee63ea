"""A command from the nursery, in place of `python -m keyword_assets` in a line of a shell; loads next to nothing.

Followed by `-u -c PROGRAM` it is in place of `python`: so pytest-xdist starts its workers.
"""

import json
import os
import signal
import socket
import sys

streams = [place for place, stream in enumerate((sys.__stdin__, sys.__stdout__, sys.__stderr__)) if stream is not None]
address, *arguments = sys.argv[1:]
program = arguments.pop() if arguments[:2] == ["-u", "-c"] else ""
request = {
    "module": "keyword_assets",
    "arguments": [] if program else arguments,
    "program": program,
    "streams": streams,
    "environment": dict(os.environ),
    "ignored": [],
}
# What is meant for a worker comes to us: Ctrl-C, and what ends whoever started us.
FOR_IT = {signal.SIGINT, signal.SIGTERM} if program else set()
# It can run, and be interrupted, before we have heard which it is.
signal.pthread_sigmask(signal.SIG_BLOCK, FOR_IT)
with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as line:
    line.connect(address)
    socket.send_fds(line, [json.dumps(request).encode()], [os.open(".", os.O_RDONLY), *streams])
    if not (told := line.recv(1 << 16)).isdigit():
        sys.exit(told.decode())
    for number in FOR_IT:
        signal.signal(number, lambda number, _: os.kill(int(told), number))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, FOR_IT)
    # Nothing, where the nursery ends with whoever began it.
    code = int(line.recv(64) or 1)
# Minus the signal that ended it.
os._exit(code if code >= 0 else 128 - code)
