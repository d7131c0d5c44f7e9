"""How hard a text is to read: Flesch and Kincaid's grade, from the length of sentences and of words.

Grade 0.39 × words per sentence + 11.8 × syllables per word − 15.59 (Kincaid and others 1975). A grade is the school year in the USA;
five years more give the reading age that UK guidance speaks of. Counting syllables by letters is off by a little for single
words and evens out over a card. Below about twenty words the figure says nothing.
"""

import re

YEARS_BEFORE_SCHOOL = 5
# Vowels that are written but not spoken, and neighbouring vowels that are spoken apart ("area", "serious", "quiet", "being").
SILENT_ENDING = re.compile(r"(?<=[^aeiouy])e$|(?<=[^aeiouydt])ed$|(?<=[^aeiouycghsxz])es$|(?<=[^aeiouy])e(?=ly$)")
SPOKEN_APART = re.compile(r"(?<![tscgx])i[aou]|(?<![gq])ua|[aeiouy](?=ing$)|ea$|ie(?=t$|nce)")


def words(text):
    """The words of a text, in order; figures and signs are not words, and a hyphen parts two of them."""
    return re.findall(r"[^\W\d_]+(?:[’'][^\W\d_]+)*", text)


def sentences(text):
    """The sentences of a text: each ends with a full stop, question or exclamation mark before a space, or with the text."""
    return [part for part in re.split(r"(?:(?<=[.?!…])|(?<=[.?!…][”’\")]))\s+", text.strip()) if words(part)]


def syllables(word):
    """How many syllables a word is likely to have, at least one: groups of vowels, without endings that are not spoken."""
    letters = re.sub(r"[^a-z]", "", word.lower())
    spoken = letters if re.search(r"[^aeiouy]le$", letters) else SILENT_ENDING.sub("", letters)
    return max(1, len(re.findall(r"[aeiouy]+", spoken)) + len(SPOKEN_APART.findall(letters)))


def reading_age(texts):
    """The reading age in years of several texts taken together, or None when there are no words in them.

    texts: strings that each begin and end a sentence, such as the parts of a card.
    """
    parts = [sentence for text in texts for sentence in sentences(text)]
    all_words = [word for part in parts for word in words(part)]
    if not all_words:
        return None
    syllable_count = sum(syllables(word) for word in all_words)
    grade = 0.39 * len(all_words) / len(parts) + 11.8 * syllable_count / len(all_words) - 15.59
    return grade + YEARS_BEFORE_SCHOOL
