"""The characters the recogniser knows; class 0 is CTC's blank, the first character is class 1."""

CHARACTERS = " ABCDEFGHIJKLMNOPQRSTUVWXYZÅÄÖabcdefghijklmnopqrstuvwxyzåäö0123456789.,-/:+()@&'€éÉüÜ%"
CLASS_BY_CHARACTER = {character: number for number, character in enumerate(CHARACTERS, start=1)}
CLASSES = len(CHARACTERS) + 1
