"""A mail server that takes all mails and remembers to whom they went, and about what."""

import email
import socketserver
import threading
from email.header import decode_header, make_header


class MailServer(socketserver.ThreadingTCPServer):
    """Take mails on a port of this machine.

    :ivar mails: list of (recipient, subject)
    """

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port):
        super().__init__(("127.0.0.1", port), _Session)
        self.mails = []

    def start(self):
        """Answer in a thread of its own."""
        threading.Thread(target=self.serve_forever, daemon=True).start()


class _Session(socketserver.StreamRequestHandler):
    def handle(self):
        self._say("220 soak")
        recipients = []
        while line := self.rfile.readline():
            command = line.decode("ascii", "replace").strip()
            verb = command[:4].upper()
            if verb == "DATA":
                self._say("354 go on")
                self._take(recipients)
                recipients = []
            elif verb == "RCPT":
                recipients.append(command.partition(":")[2].strip(" <>"))
            self._say("221 bye" if verb == "QUIT" else "250 ok")
            if verb == "QUIT":
                break

    def _take(self, recipients):
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        subject = str(make_header(decode_header(email.message_from_bytes(b"".join(lines))["Subject"] or "")))
        self.server.mails.extend((recipient, subject) for recipient in recipients)

    def _say(self, answer):
        self.wfile.write(answer.encode() + b"\r\n")
