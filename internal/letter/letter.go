// Package letter makes the papers of a case: official letters (通知書) and the applicant's own file of a filled form (様式), as PDF
// and DOCX.
package letter
