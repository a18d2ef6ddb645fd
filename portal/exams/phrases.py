"""What is stored of exams, images and files, said in the page's language."""

from portal.base.phrases import Phrases
from portal.exams.notes import DECODING, EVERY, LABELS
from portal.exams.refusals import SENTENCES

STORED = (*EVERY, *DECODING, *SENTENCES.values())
PHRASES = Phrases(STORED, LABELS)
