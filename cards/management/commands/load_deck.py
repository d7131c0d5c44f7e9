from django.core.management.base import BaseCommand, CommandError

from cards import actions, content_files, deckfile


class Command(BaseCommand):
    help = "Check the shipped card files and load them: release 1 into an empty database, a draft release when files changed."

    def handle(self, *args, **options):
        try:
            deck = deckfile.read_deck(content_files.CONTENT_DIR, pictures=content_files.PICTURES_DIR)
        except deckfile.DeckError as error:
            raise CommandError(f"Nothing was loaded. Put these right first:\n{error}") from error
        release = actions.load_deck(deck.cards)
        if release is None:
            self.stdout.write("The deck is as shipped; nothing to load.")
        elif release.number:
            self.stdout.write(f"Loaded {len(deck.cards)} cards as release {release.number}.")
        else:
            self.stdout.write("Shipped cards differ from the newest versions: a draft release waits for an editor.")
