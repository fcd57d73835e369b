#include "search/extract.h"

#include <algorithm>
#include <string>
#include <system_error>
#include <utility>

#include "base/file.h"
#include "base/utf8.h"

namespace groundwork::search {
namespace {

using base::Code;
using base::Error;
using base::Result;

constexpr std::string_view kInside = "/gw/document.pdf";
constexpr std::size_t kHeaderWithin = 1024;  ///< where readers look for "%PDF-"

Error refuse_size(std::uintmax_t found, std::size_t most) {
  return base::make_error(Code::kResourceExhausted, "expected a PDF of at most " + std::to_string(most) +
                                                        " bytes, found " + std::to_string(found));
}

sandbox::Job job_of(std::string_view bytes, const PdfOptions& options) {
  sandbox::Job job;
  // One page more than allowed, to know of it.
  job.argv = {options.program,      "-enc", "UTF-8", "-eol", "unix", "-l", std::to_string(options.max_pages + 1),
              std::string(kInside), "-"};
  job.files[std::string(kInside)] = std::string(bytes);
  job.limits = options.limits;
  return job;
}

/// What poppler says first, without its prefix: "Syntax Error (12): Couldn't find trailer dictionary".
std::string first_complaint(std::string_view err) {
  return base::clip(err.substr(0, std::min(err.find('\n'), err.size())), 200);
}

Error failure(const sandbox::Report& report, const sandbox::Limits& limits) {
  using sandbox::Outcome;
  switch (report.truncated ? Outcome::kOutputLimit : report.outcome) {
    case Outcome::kWallTime:
    case Outcome::kCpuTime:
      return base::make_error(Code::kDeadlineExceeded,
                              "expected a PDF that is read in " + std::to_string(limits.wall.count()) + " ms and " +
                                  std::to_string(limits.cpu.count()) + " s of CPU, found one that takes longer");
    case Outcome::kOutOfMemory:
      return base::make_error(Code::kResourceExhausted, "expected a PDF that is read in " +
                                                            std::to_string(limits.memory_bytes >> 20) +
                                                            " MiB, found one that takes more");
    case Outcome::kOutputLimit:
      return base::make_error(
          Code::kResourceExhausted,
          "expected a PDF with at most " + std::to_string(limits.output_bytes) + " bytes of text, found more");
    case Outcome::kCancelled:
      return base::make_error(Code::kCancelled, "reading the PDF was cancelled");
    case Outcome::kSignalled:
      return base::make_error(Code::kInvalidArgument, "expected a PDF, found one that makes the reader crash (signal " +
                                                          std::to_string(report.signal) + ")");
    case Outcome::kExited:
      break;
  }
  if (report.err.find("Incorrect password") != std::string::npos)
    return base::make_error(Code::kInvalidArgument, "expected a PDF that anyone can read, found one with a password");
  return base::make_error(Code::kInvalidArgument, "expected a PDF, found a broken one (pdftotext ended with " +
                                                      std::to_string(report.exit_code) + ": " +
                                                      first_complaint(report.err) + ")");
}

}  // namespace

sandbox::Limits pdf_limits() {
  sandbox::Limits limits;
  limits.wall = std::chrono::seconds(30);
  limits.cpu = std::chrono::seconds(20);
  limits.memory_bytes = std::int64_t{512} << 20;
  limits.processes = 8;
  limits.output_bytes = std::int64_t{32} << 20;
  return limits;
}

std::vector<PageText> pages_of(std::string_view out) {
  std::vector<PageText> pages;
  while (!out.empty()) {
    const std::size_t end = std::min(out.find('\f'), out.size());
    const std::string_view text = out.substr(0, end);
    const std::size_t begin = std::min(text.find_first_not_of(" \n"), text.size());
    const std::size_t last = text.find_last_not_of(" \n");
    const std::string_view shown = begin == text.size() ? std::string_view() : text.substr(begin, last + 1 - begin);
    // pdftotext writes what broken fonts say; clip() puts U+FFFD for what is no character and takes nothing else away.
    pages.push_back({static_cast<int>(pages.size()) + 1, base::clip(shown, shown.size() * 3)});
    out.remove_prefix(std::min(end + 1, out.size()));
  }
  return pages;
}

Result<std::vector<PageText>> extract_pdf(std::string_view bytes, const PdfOptions& options, std::stop_token stop) {
  if (bytes.size() > options.max_bytes) return refuse_size(bytes.size(), options.max_bytes);
  if (bytes.substr(0, kHeaderWithin).find("%PDF-") == std::string_view::npos) {
    return base::make_error(Code::kInvalidArgument, "expected a PDF, found " + std::to_string(bytes.size()) +
                                                        " bytes without '%PDF-' near their begin");
  }
  std::error_code missing;
  if (!std::filesystem::exists(options.program, missing)) {
    return base::make_error(Code::kFailedPrecondition,
                            "expected pdftotext at " + options.program + ", found nothing: install poppler-utils");
  }
  GW_TRY(const sandbox::Report report, sandbox::run(job_of(bytes, options), options.weaker, std::move(stop)));
  if (report.outcome != sandbox::Outcome::kExited || report.exit_code != 0 || report.truncated)
    return failure(report, options.limits);
  std::vector<PageText> pages = pages_of(report.out);
  if (pages.size() > static_cast<std::size_t>(options.max_pages)) {
    return base::make_error(Code::kResourceExhausted,
                            "expected a PDF of at most " + std::to_string(options.max_pages) + " pages, found more");
  }
  if (std::all_of(pages.begin(), pages.end(), [](const PageText& page) { return page.text.empty(); })) {
    return base::make_error(Code::kInvalidArgument,
                            "expected a PDF with text, found " + std::to_string(pages.size()) +
                                " pages without any (scanned pages have to be recognised first)");
  }
  return pages;
}

Result<std::vector<PageText>> extract_pdf_file(const std::filesystem::path& path, const PdfOptions& options,
                                               std::stop_token stop) {
  const auto at_path = [&](Error error) {
    error.where = path.string();
    return error;
  };
  std::error_code unknown;  // read_file says what is wrong with a path that has no size
  const std::uintmax_t size = std::filesystem::file_size(path, unknown);
  if (!unknown && size > options.max_bytes) return at_path(refuse_size(size, options.max_bytes));
  GW_TRY(const std::string bytes, base::read_file(path, options.max_bytes));
  auto pages = extract_pdf(bytes, options, std::move(stop));
  if (pages.ok()) return pages;
  return at_path(std::move(pages).error());
}

int JoinedPages::page_at(std::size_t offset) const {
  const auto after = std::upper_bound(begins.begin(), begins.end(), offset);
  return std::max(1, static_cast<int>(after - begins.begin()));
}

JoinedPages join(const std::vector<PageText>& pages) {
  JoinedPages out;
  for (const PageText& page : pages) {
    if (!out.text.empty()) out.text += "\n\n";
    out.begins.push_back(out.text.size());
    out.text += page.text;
  }
  return out;
}

}  // namespace groundwork::search
