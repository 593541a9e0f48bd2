// Texts as they are compared: the rules of core/text.py, held to the same table of cases
// (tests/text/folding.json) by a test that runs this module in a browser.

// Letters that Unicode does not take apart, in small letters.
const LETTERS = Object.fromEntries(
  (
    "œ:oe æ:ae þ:th ŋ:n ĸ:k ə:e ǝ:e đ:d ð:d ɖ:d ɗ:d ħ:h ı:i ɨ:i ȷ:j ł:l ƚ:l ø:o ɔ:o ɵ:o ŧ:t ƭ:t " +
    "ƀ:b ɓ:b ƈ:c ȼ:c ɇ:e ɛ:e ƒ:f ǥ:g ɠ:g ɉ:j ƙ:k ɲ:n ƥ:p ɍ:r ʉ:u ʋ:v ƴ:y ɏ:y ƶ:z ȥ:z ß:ss ς:σ"
  )
    .split(" ")
    .map((pair) => pair.split(":")),
);
const SPECIAL = new RegExp(`[${Object.keys(LETTERS).join("")}]`, "gu");
// Everything that is typed or printed for an apostrophe.
const APOSTROPHES =
  /[`\u00b4\u02b9\u02bb-\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\u055a\u05f3\u1fbd\u1fbf\u1fef\u1ffd\ua78c\uff07]/gu;
const DASHES = /[\p{Pd}\u02d7\u2043\u2212\u2796]/gu;
const SPACES = /[\s\u001c-\u001f\u0085]+/gu;
// Invisible, and yet of the category of letters, marks or symbols.
const INVISIBLE = new RegExp(
  "[\\u034f\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u2800\\u3164\\ufe00-\\ufe0f\\uffa0" +
    "\\u{e0100}-\\u{e01ef}]",
  "gu",
);
// Accents of Latin, Greek and Cyrillic letters, vowel points of Hebrew and Arabic.
const ACCENTS = new RegExp(
  "[\\u0300-\\u036f\\u0483-\\u0487\\u0591-\\u05bd\\u05bf\\u05c1\\u05c2\\u05c4\\u05c5\\u05c7" +
    "\\u0610-\\u061a\\u064b-\\u065f\\u0670\\u06d6-\\u06dc\\u06df-\\u06e4\\u06e7\\u06e8" +
    "\\u06ea-\\u06ed\\u1ab0-\\u1aff\\u1dc0-\\u1dff\\u20d0-\\u20ff\\ufe20-\\ufe2f]",
  "gu",
);
// Cyrillic letters whose mark makes another letter.
const OTHER_LETTERS = /([\u0438\u0443])\u0306|(\u0456)\u0308/gu;
const KEPT = { "\u0438": "\u0439", "\u0443": "\u045e", "\u0456": "\u0457" };

// Without case, accents or ligatures; dashes, apostrophes and spaces made the same.
export function folded(text) {
  let plain = text.replace(APOSTROPHES, "'").normalize("NFKD");
  // Both ways, as « ß » has no capital of its own and some letters have two.
  plain = plain.toLowerCase().toUpperCase().toLowerCase().normalize("NFKD");
  return plain
    .replace(APOSTROPHES, "'")
    .replace(INVISIBLE, "")
    .replaceAll("\ufeff", "")
    .replace(SPACES, " ")
    .replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, "")
    .replace(DASHES, "-")
    .replace(OTHER_LETTERS, (_all, one, other) => KEPT[one ?? other])
    .replace(ACCENTS, "")
    .replace(SPECIAL, (letter) => LETTERS[letter])
    .normalize("NFC")
    .replace(/ +/gu, " ")
    .trim();
}

// Words and figures of the text, in order, folded; in any script.
export const plainWords = (text) =>
  folded(text)
    .split(/[^\p{L}\p{N}\p{M}]+/u)
    .filter(Boolean);
