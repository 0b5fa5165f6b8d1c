// Package jp knows how Japan writes and counts: days in Japan time, fiscal years (年度), eras (元号), national holidays and
// business days, amounts of yen, the width and kana of typed text, romaji, and the check digit of local-government codes. It
// holds no state and asks no other package; everything that reads or prints a Japanese form uses it.
//
// Days are strings "2027-04-01" (ISO 8601, proleptic Gregorian, Japan time); they sort and compare as strings. A function that
// is given something else answers with its zero value ("" or 0); input typed by people goes through ReadDate first.
package jp
