"""The two things the screenshots ask of a database themselves, without Django."""

import psycopg2


def connected(url):
    connection = psycopg2.connect(url)
    connection.autocommit = True
    return connection


def execute(connection, statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
