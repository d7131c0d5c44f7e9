"""Statements that PostgreSQL reads once for each connection, for those that run hundreds of times a second.

docs/decisions/0046-prepared-statements.md
"""

import re

from django.db import connection

NAMED = re.compile(r"%\((\w+)\)s(::\w+(?:\[\])?)?")


class Prepared:
    """A statement with values by name, `%(name)s` or `%(name)s::type`; the type is needed where PostgreSQL cannot know it from NULLs alone.

    `name` tells it from others on a connection.
    """

    def __init__(self, name, statement):
        self.name = name
        self.statement = statement
        types = {}
        for value, cast in NAMED.findall(statement):
            types[value] = types.get(value) or cast
        numbers = {value: number for number, value in enumerate(types, start=1)}
        self.prepare = f"PREPARE {name} AS {NAMED.sub(lambda found: f'${numbers[found[1]]}{found[2] or str()}', statement)}"
        self.execute = f"EXECUTE {name} ({', '.join(f'%({value})s{cast}' for value, cast in types.items())})"

    def first_row(self, values):
        """Run it, and give the first row or None. The first time on a kept connection, PostgreSQL is told the statement.

        Where connections are not kept it would be told each time, and behind PgBouncer another connection might know it.
        """
        is_kept = connection.settings_dict["CONN_MAX_AGE"] != 0
        with connection.cursor() as cursor:
            if is_kept and self.name not in connection.prepared:
                cursor.execute(self.prepare)
                connection.prepared.add(self.name)
            cursor.execute(self.execute if is_kept else self.statement, values)
            return cursor.fetchone()
