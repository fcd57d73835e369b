#include "search/analyzer.h"

#include <libstemmer.h>

#include <algorithm>
#include <array>
#include <optional>

#include "text/unicode.h"

namespace groundwork::search {

using text::Span;

namespace {

constexpr std::size_t kRunsOfAName = 6;
constexpr std::size_t kStemsRemembered = 1 << 16;

bool is_ideograph(char32_t code) {
  return (code >= 0x3040 && code <= 0x30FF) || (code >= 0x3400 && code <= 0x9FFF) || (code >= 0xAC00 && code <= 0xD7AF);
}

/// How many bytes of a word stand at `at`: 0 where none do.
std::size_t word_bytes(std::string_view text, std::size_t at) {
  if (at >= text.size()) return 0;
  const char byte = text[at];
  if (static_cast<unsigned char>(byte) < 0x80) return text::is_ascii_alphanumeric(byte) || byte == '_' ? 1 : 0;
  const text::Character character = text::character_at(text, at);
  const bool word =
      text::is_letter(character.code) || text::is_digit(character.code) || text::is_nonspacing_mark(character.code);
  return word ? character.length : 0;
}

/// The run of word characters at `begin`; an ideograph is a run of its own, an apostrophe between letters belongs to
/// it.
Span run_at(std::string_view text, std::size_t begin) {
  std::size_t end = begin;
  while (const std::size_t bytes = word_bytes(text, end)) {
    if (bytes > 1 && is_ideograph(text::character_at(text, end).code)) return {begin, end == begin ? end + bytes : end};
    end += bytes;
    const bool apostrophe = end + 1 < text.size() && text[end] == '\'' && text::is_ascii_letter(text[end - 1]) &&
                            text::is_ascii_letter(text[end + 1]);
    if (apostrophe) ++end;
  }
  return {begin, end};
}

/// The bytes that join two runs to one name: - . / or ::.
std::size_t joint_at(std::string_view text, std::size_t at) {
  if (at >= text.size()) return 0;
  if ((text[at] == '-' || text[at] == '.' || text[at] == '/') && word_bytes(text, at + 1) > 0) return 1;
  return text.substr(at, 2) == "::" && word_bytes(text, at + 2) > 0 ? 2 : 0;
}

/// The ++ or # of C++ and F#: after one or two letters, with nothing of a word behind.
std::size_t suffix_at(std::string_view text, Span run) {
  if (run.size() > 2 || !text::is_ascii_letter(text[run.begin])) return 0;
  const std::size_t bytes = text.substr(run.end, 2) == "++" ? 2 : text.substr(run.end, 1) == "#" ? 1 : 0;
  return bytes > 0 && word_bytes(text, run.end + bytes) == 0 ? bytes : 0;
}

bool upper(std::string_view text, std::size_t at) { return at < text.size() && text[at] >= 'A' && text[at] <= 'Z'; }
bool lower(std::string_view text, std::size_t at) { return at < text.size() && text[at] >= 'a' && text[at] <= 'z'; }

/// Where a part of camelCase begins: userId, HTTPServer; not the plural of LLMs.
bool camel_joint(std::string_view text, Span run, std::size_t at) {
  if (at <= run.begin || !upper(text, at)) return false;
  if (lower(text, at - 1)) return true;
  return upper(text, at - 1) && at + 2 < run.end && lower(text, at + 1) && lower(text, at + 2);
}

/// The parts of a run: between underscores, and between the humps where that leaves readable parts.
std::vector<Span> parts_of(std::string_view text, Span run) {
  std::vector<Span> parts;
  const auto add_part = [&](Span part) {
    std::vector<Span> humps;
    Span hump{part.begin, part.begin};
    for (std::size_t i = part.begin; i < part.end; ++i) {
      if (camel_joint(text, part, i)) {
        humps.push_back({hump.begin, i});
        hump.begin = i;
      }
    }
    humps.push_back({hump.begin, part.end});
    const bool readable = std::ranges::all_of(humps, [](Span one) { return one.size() >= 2; }) &&
                          std::ranges::any_of(humps, [](Span one) { return one.size() >= 3; });
    if (readable) {
      parts.insert(parts.end(), humps.begin(), humps.end());
    } else {
      parts.push_back(part);
    }
  };
  Span part{run.begin, run.begin};
  for (std::size_t i = run.begin; i <= run.end; ++i) {
    if (i < run.end && text[i] != '_') continue;
    if (i > part.begin) add_part({part.begin, i});
    part.begin = i + 1;
  }
  return parts;
}

/// Lower case without accents.
std::string folded(std::string_view word) {
  std::string out;
  out.reserve(word.size());
  for (std::size_t i = 0; i < word.size();) {
    if (static_cast<unsigned char>(word[i]) < 0x80) {
      out += text::ascii_lower(word[i++]);
      continue;
    }
    const text::Character character = text::character_at(word, i);
    const text::Decomposition parts = text::decompose(text::to_lower(character.code));
    for (std::size_t k = 0; k < parts.size; ++k) {
      if (!text::is_nonspacing_mark(parts.codes[k])) text::append_utf8(out, parts.codes[k]);
    }
    i += character.length;
  }
  return out;
}

/// A name of code, a version or a model, by its form alone.
bool is_name(std::string_view text, const std::vector<Span>& runs) {
  bool digit = false;
  bool letter = false;
  for (const Span run : runs) {
    for (std::size_t i = run.begin; i < run.end; ++i) {
      if (text[i] == '_' || camel_joint(text, run, i)) return true;
      digit |= text::is_ascii_digit(text[i]);
      letter |= text::is_ascii_letter(text[i]);
    }
  }
  if (runs.size() == 1) return digit && letter;
  if (digit) return true;
  for (std::size_t i = 1; i < runs.size(); ++i) {
    const bool dotted = text[runs[i].begin - 1] == '.' || text[runs[i].begin - 1] == ':';
    // A capital behind a full stop is the next sentence where a space was forgotten.
    if (dotted && !(upper(text, runs[i].begin) && lower(text, runs[i - 1].end - 1))) return true;
  }
  return false;
}

/// e.g., i.e., U.S.: letters with full stops between them are one word.
bool is_abbreviation(std::string_view text, const std::vector<Span>& runs) {
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const bool dotted = i == 0 || text[runs[i].begin - 1] == '.';
    if (runs[i].size() != 1 || !text::is_ascii_letter(text[runs[i].begin]) || !dotted) return false;
  }
  return runs.size() > 1;
}

/// The plural of an acronym, whose s Porter2 keeps for want of a vowel before it: llms, gpus, https.
bool is_acronym_plural(std::string_view word) {
  if (word.size() < 4 || word.back() != 's' || word[word.size() - 2] == 's') return false;
  return word.substr(0, word.size() - 2).find_first_of("aeiouy") == std::string_view::npos;
}

/// What stands before -ise in words that American spelling writes so too; and in others, so that "precise" stays near
/// "precisely".
bool is_always_ise(std::string_view base) {
  static constexpr std::array<std::string_view, 31> kBases = {
      "adv",  "appra", "circumc", "comprom", "compr",  "conc", "dem",   "desp",     "dev",    "disgu", "enterpr",
      "exc",  "exerc", "expert",  "franch",  "improv", "inc",  "likew", "merchand", "otherw", "parad", "prec",
      "prem", "prom",  "repr",    "rev",     "superv", "surm", "surpr", "telev",    "treat"};
  return std::ranges::find(kBases, base) != kBases.end();
}

/// "amortised", "behaviour", "analyse" and "centre" as American spelling has them, which the stemmer knows.
std::string american_spelling(const std::string& word) {
  static constexpr std::size_t kShortestBase = 3;
  std::string out = word;
  const auto base = [&](std::string_view ending, std::string_view rest) -> std::string_view {
    const std::size_t size = ending.size() + rest.size();
    if (word.size() < size + kShortestBase || !word.ends_with(rest)) return {};
    const std::string_view before = std::string_view(word).substr(0, word.size() - rest.size());
    return before.ends_with(ending) ? before.substr(0, before.size() - ending.size()) : std::string_view();
  };
  for (const std::string_view rest : {"e", "ed", "es", "er", "ers", "ing", "able", "ation", "ations"}) {
    for (const std::string_view ending : {"is", "ys"}) {
      const std::string_view stem = base(ending, rest);
      if (stem.empty() || is_always_ise(stem)) continue;
      out[stem.size() + 1] = 'z';
      return out;
    }
  }
  for (const std::string_view rest : {"", "s", "ed", "ing", "al", "ite", "able", "ful"}) {
    if (const std::string_view stem = base("our", rest); !stem.empty()) return out.erase(stem.size() + 1, 1);
  }
  for (const std::string_view ending : {"tre", "bre"}) {
    for (const std::string_view rest : {"", "s"}) {
      const std::string_view stem = base(ending, rest);
      if (stem.empty()) continue;
      std::swap(out[stem.size() + 1], out[stem.size() + 2]);
      return out;
    }
  }
  return out;
}

void cut(std::string& term) {
  if (term.size() <= kLongestTerm) return;
  std::size_t end = kLongestTerm;
  while (end > 0 && !text::starts_character(term[end])) --end;
  term.resize(end);
}

}  // namespace

struct Analyzer::Stemmer {
  Stemmer() : handle(sb_stemmer_new("english", "UTF_8")) {}
  ~Stemmer() { sb_stemmer_delete(handle); }
  Stemmer(const Stemmer&) = delete;
  Stemmer& operator=(const Stemmer&) = delete;
  sb_stemmer* handle;
};

Analyzer::Analyzer() : stemmer_(std::make_unique<Stemmer>()) {}
Analyzer::~Analyzer() = default;
Analyzer::Analyzer(Analyzer&&) noexcept = default;
Analyzer& Analyzer::operator=(Analyzer&&) noexcept = default;

std::vector<Token> Analyzer::analyze(std::string_view text) {
  tokens_.clear();
  position_ = 0;
  length_ = 0;
  std::vector<Span> runs;
  for (std::size_t i = 0; i < text.size();) {
    if (word_bytes(text, i) == 0) {
      ++i;
      continue;
    }
    runs.clear();
    std::size_t joint = 0;
    do {
      runs.push_back(run_at(text, i + joint));
      i = runs.back().end;
      joint = joint_at(text, i);
    } while (joint > 0);
    const std::size_t suffix = suffix_at(text, runs.back());
    runs.back().end += suffix;
    i += suffix;
    if (is_abbreviation(text, runs)) {
      add_abbreviation(text, runs);
    } else {
      add_compound(text, runs, suffix > 0 || is_name(text, runs));
    }
  }
  return std::move(tokens_);
}

void Analyzer::add_compound(std::string_view text, const std::vector<Span>& runs, bool named) {
  const Span whole{runs.front().begin, runs.back().end};
  const bool keep = named && runs.size() <= kRunsOfAName && whole.size() <= kLongestTerm;
  if (keep) {
    std::string term = folded(text.substr(whole.begin, whole.size()));
    cut(term);
    tokens_.push_back({std::move(term), position_, whole, true});
  }
  const std::size_t before = tokens_.size();
  const std::uint32_t start = position_;
  for (const Span run : runs) {
    for (const Span part : parts_of(text, run)) {
      if (part == whole && keep) {  // the whole is its only part
        ++position_;
        ++length_;
      } else {
        add_word(text, part);
      }
    }
  }
  if (keep && tokens_.size() == before && position_ == start) {  // only underscores
    ++position_;
    ++length_;
  }
}

void Analyzer::add_abbreviation(std::string_view text, const std::vector<Span>& runs) {
  std::string term;
  for (const Span run : runs) term += text::ascii_lower(text[run.begin]);
  const std::uint32_t position = position_++;
  if (term == "eg" || term == "ie") return;
  cut(term);
  ++length_;
  tokens_.push_back({std::move(term), position, {runs.front().begin, runs.back().end}, false});
}

void Analyzer::add_word(std::string_view text, Span word) {
  std::string term = folded(text.substr(word.begin, word.size()));
  const std::uint32_t position = position_++;
  // A letter alone is a variable or a list's label, but C and R are languages.
  const bool letter = word.size() == 1 && text::is_ascii_letter(text[word.begin]);
  if (term.empty() || is_stop_word(term) || (letter && (lower(text, word.begin) || term == "i"))) return;
  cut(term);
  ++length_;
  tokens_.push_back({stem(term), position, word, false});
}

const std::string& Analyzer::stem(const std::string& word) {
  if (const auto known = stems_.find(word); known != stems_.end()) return known->second;
  const std::string spelled = american_spelling(word);
  // OPTIMISATION: a text has few distinct words; looking a stem up costs a tenth of computing it.
  if (stems_.size() >= kStemsRemembered) stems_.clear();
  const auto* bytes = reinterpret_cast<const sb_symbol*>(spelled.data());
  const auto size = static_cast<int>(is_acronym_plural(spelled) ? spelled.size() - 1 : spelled.size());
  const sb_symbol* stemmed = sb_stemmer_stem(stemmer_->handle, bytes, size);
  std::string out = stemmed == nullptr ? word
                                       : std::string(reinterpret_cast<const char*>(stemmed),
                                                     static_cast<std::size_t>(sb_stemmer_length(stemmer_->handle)));
  return stems_.emplace(word, std::move(out)).first->second;
}

Analyzer& analyzer_of_this_thread() {
  thread_local Analyzer analyzer;
  return analyzer;
}

bool is_stop_word(std::string_view word) {
  static constexpr std::array<std::string_view, 33> kStopWords = {
      "a",   "an",    "and",  "are",   "as",    "at",   "be",   "but", "by",  "for",  "if",
      "in",  "into",  "is",   "it",    "no",    "not",  "of",   "on",  "or",  "such", "that",
      "the", "their", "then", "there", "these", "they", "this", "to",  "was", "will", "with"};
  return std::ranges::binary_search(kStopWords, word);
}

}  // namespace groundwork::search
