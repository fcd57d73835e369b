#include "search/pg_tables.h"

#include "search/analyzer.h"
#include "search/fusion.h"

namespace groundwork::search::detail {

using base::Code;
using base::make_error;
using base::Result;

std::string schema_of(const std::string& name) { return "groundwork_" + name; }

Result<PgAbout> read_about(PgConnection& connection, const PgTables& tables) {
  GW_TRY(const PgRows rows,
         connection.query("SELECT format, analyzer, embedder, dimensions, title_weight, documents, total_length, "
                          "lexical_trust FROM " +
                              tables.about,
                          {}, 8));
  if (rows.size() != 1 || rows[0][0] != text_of(kPgFormat) || rows[0][1] != text_of(Analyzer::kVersion)) {
    return make_error(Code::kFailedPrecondition, "the collection was made by another version; index again",
                      connection.place());
  }
  PgAbout about;
  about.embedder = rows[0][2];
  about.dimensions = value_of<std::size_t>(rows[0][3]);
  about.title_weight = value_of<std::uint32_t>(rows[0][4]);
  about.documents = value_of<std::size_t>(rows[0][5]);
  about.total_length = value_of<double>(rows[0][6]);
  const auto trust = value_of<double>(rows[0][7]);
  about.lexical_trust = trust >= 0 && trust <= 1 ? trust : StageTrust().lexical;
  return about;
}

std::string vector_text(std::span<const float> vector) {
  std::string out = "[";
  for (const float one : vector) out += (out.size() > 1 ? "," : "") + text_of(one);
  return out + "]";
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\0' || c == '\1') {
      out += '\1';
      out += c == '\0' ? '0' : '1';
    } else {
      out += c;
    }
  }
  return out;
}

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool pair = text[i] == '\1' && i + 1 < text.size();
    out += pair ? (text[++i] == '0' ? '\0' : '\1') : text[i];
  }
  return out;
}

std::vector<std::string> escaped(std::span<const std::string> values) {
  std::vector<std::string> out;
  for (const std::string& one : values) out.push_back(escaped(one));
  return out;
}

}  // namespace groundwork::search::detail
