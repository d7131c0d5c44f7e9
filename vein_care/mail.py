"""E-mail to a server that may fall silent: says whether a message may have arrived all the same."""

import smtplib

from django.core.mail.backends import smtp


class MayHaveArrived(OSError):
    """The whole message was under way when the mail server went silent: nobody knows whether it took it."""


class Connection(smtplib.SMTP):
    def data(self, msg):
        """As smtplib does it. A refusal is one; silence after the message is none."""
        try:
            return super().data(msg)
        except (TimeoutError, smtplib.SMTPServerDisconnected) as error:
            raise MayHaveArrived(type(error).__name__) from error


class EmailBackend(smtp.EmailBackend):
    connection_class = Connection
