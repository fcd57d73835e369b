#include "search/extract.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/file.h"
#include "base/random.h"
#include "base/utf8.h"

namespace groundwork::search {
namespace {

/// A PDF of these objects, numbered from 1; the first is the catalogue.
std::string assemble(const std::vector<std::string>& objects, const std::string& trailer) {
  std::string pdf = "%PDF-1.4\n";
  std::string table;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    const std::string offset = std::to_string(pdf.size());
    table += std::string(10 - offset.size(), '0') + offset + " 00000 n \n";
    pdf += std::to_string(i + 1) + " 0 obj\n" + objects[i] + "\nendobj\n";
  }
  const std::string size = std::to_string(objects.size() + 1);
  const std::string start = std::to_string(pdf.size());
  return pdf + "xref\n0 " + size + "\n0000000000 65535 f \n" + table + "trailer\n<< /Size " + size + " /Root 1 0 R " +
         trailer + " >>\nstartxref\n" + start + "\n%%EOF\n";
}

std::string stream(const std::string& dictionary, const std::string& content) {
  return "<< " + dictionary + " /Length " + std::to_string(content.size()) + " >>\nstream\n" + content + "\nendstream";
}

/// One line of Helvetica a page; `trailer` is added to the trailer dictionary.
std::string make_pdf(const std::vector<std::string>& lines, const std::string& trailer = "") {
  std::vector<std::string> objects = {
      "<< /Type /Catalog /Pages 2 0 R >>", "",
      "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"};
  std::string kids;
  for (const std::string& line : lines) {
    kids += std::to_string(objects.size() + 1) + " 0 R ";
    objects.push_back(
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> /Contents " +
        std::to_string(objects.size() + 2) + " 0 R >>");
    objects.push_back(stream("", "BT /F1 12 Tf 72 700 Td (" + line + ") Tj ET"));
  }
  objects[1] = "<< /Type /Pages /Kids [" + kids + "] /Count " + std::to_string(lines.size()) + " >>";
  return assemble(objects, trailer);
}

/// A page that draws a form that draws a form ten times, and so on: 10^12 drawings in 3 KB.
std::string make_bomb() {
  std::string ten;
  for (int i = 0; i < 10; ++i) ten += "/X Do ";
  std::vector<std::string> objects = {"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
                                      "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R "
                                      "/Resources << /XObject << /X 5 0 R >> >> >>",
                                      stream("", "/X Do")};
  for (int level = 0; level < 12; ++level) {
    const std::string next = std::to_string(objects.size() + 2);
    objects.push_back(stream(
        "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X " + next + " 0 R >> >>", ten));
  }
  objects.push_back(stream("/Type /XObject /Subtype /Form /BBox [0 0 9 9]", ""));
  return assemble(objects, "");
}

class Pdf : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(PdfOptions().program)) GTEST_SKIP() << "no " << PdfOptions().program << " here";
    if (sandbox::probe().level != sandbox::Isolation::kFull)
      GTEST_SKIP() << "no full isolation here: " << sandbox::probe().explanation;
  }

  static std::string error_of(const std::string& pdf, const PdfOptions& options = {}) {
    const auto pages = extract_pdf(pdf, options);
    return pages.ok() ? "accepted" : pages.error().message;
  }
};

TEST_F(Pdf, GivesThePagesTheirText) {
  const auto pages = extract_pdf(make_pdf({"The first page.", "", "Caf\\351 on page three."}));
  ASSERT_TRUE(pages.ok()) << pages.error().text();
  ASSERT_EQ(pages->size(), 3U);
  EXPECT_EQ((*pages)[0].text, "The first page.");
  EXPECT_EQ((*pages)[1].text, "");
  EXPECT_EQ((*pages)[2].number, 3);
  EXPECT_EQ((*pages)[2].text, "Café on page three.");
}

TEST_F(Pdf, ABrokenFileIsOneClearError) {
  const std::string pdf = make_pdf({"text"});
  const std::string broken = "expected a PDF, found a broken one (pdftotext ended with 1: Syntax ";
  EXPECT_EQ(error_of("%PDF-1.4\nnothing of it").rfind(broken, 0), 0U) << error_of("%PDF-1.4\nnothing of it");
  EXPECT_EQ(error_of(pdf.substr(0, 60)).rfind(broken, 0), 0U) << error_of(pdf.substr(0, 60));
  EXPECT_EQ(error_of("plain text"), "expected a PDF, found 10 bytes without '%PDF-' near their begin");
}

TEST_F(Pdf, APasswordIsSaidToBeThere) {
  const std::string key(64, '5');
  EXPECT_EQ(error_of(make_pdf({"text"}, "/ID [<00> <00>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <" + key +
                                            "> /U <" + key + "> >>")),
            "expected a PDF that anyone can read, found one with a password");
}

TEST_F(Pdf, PagesWithoutTextAreAnError) {
  EXPECT_EQ(error_of(make_pdf({"", ""})),
            "expected a PDF with text, found 2 pages without any (scanned pages have to be recognised first)");
}

TEST_F(Pdf, LimitsHold) {
  PdfOptions options;
  options.max_bytes = 100;
  EXPECT_EQ(error_of(std::string(101, ' '), options), "expected a PDF of at most 100 bytes, found 101");
  options = {};
  options.max_pages = 1;
  EXPECT_EQ(error_of(make_pdf({"a", "b"}), options), "expected a PDF of at most 1 pages, found more");
  options = {};
  options.limits.output_bytes = 1000;
  EXPECT_EQ(error_of(make_pdf(std::vector<std::string>(50, "forty bytes of text on each of the pages")), options),
            "expected a PDF with at most 1000 bytes of text, found more");
  options = {};
  options.limits.cpu = std::chrono::seconds(1);
  EXPECT_EQ(error_of(make_bomb(), options),
            "expected a PDF that is read in 30000 ms and 1 s of CPU, found one that takes longer");
}

TEST_F(Pdf, MutatedFilesGivePagesOrAnError) {
  base::Random random(1);
  const std::string good = make_pdf({"One page.", "Another."});
  for (int round = 0; round < 20; ++round) {
    std::string pdf = good;
    for (int i = 0; i < 8; ++i) pdf[9 + random.below(pdf.size() - 9)] = static_cast<char>(random.below(256));
    const auto pages = extract_pdf(pdf);
    if (!pages.ok()) {
      EXPECT_FALSE(pages.error().message.empty());
      continue;
    }
    for (const PageText& page : *pages) EXPECT_TRUE(base::is_utf8(page.text));
  }
}

TEST(PdfFile, AGigabyteIsRefusedUnread) {
  const auto folder = base::TemporaryFolder::create("extract");
  ASSERT_TRUE(folder.ok());
  const auto path = folder->path() / "huge.pdf";
  std::ofstream(path) << "%PDF-1.4";
  std::filesystem::resize_file(path, std::uintmax_t{1} << 30);  // sparse
  EXPECT_EQ(extract_pdf_file(path).error().text(),
            path.string() + ": expected a PDF of at most 67108864 bytes, found 1073741824");
}

TEST(PdfFile, AMissingReaderIsNamed) {
  PdfOptions options;
  options.program = "/nowhere/pdftotext";
  EXPECT_EQ(extract_pdf("%PDF-1.4", options).error().message,
            "expected pdftotext at /nowhere/pdftotext, found nothing: install poppler-utils");
}

TEST(JoinedPages, KnowThePageOfEachByte) {
  const JoinedPages joined = join({{1, "ab"}, {2, ""}, {3, "cd"}});
  EXPECT_EQ(joined.text, "ab\n\n\n\ncd");
  EXPECT_EQ(joined.page_at(0), 1);
  EXPECT_EQ(joined.page_at(1), 1);
  EXPECT_EQ(joined.page_at(6), 3);
  EXPECT_EQ(join({}).page_at(0), 1);
}

}  // namespace
}  // namespace groundwork::search
