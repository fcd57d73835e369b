#include "text/segment.h"

#include <algorithm>
#include <array>
#include <string>

#include "text/unicode.h"

namespace groundwork::text {
namespace {

constexpr std::size_t kLongestLook = 48;      ///< bytes of a word that are looked at: keeps the whole linear
constexpr std::size_t kLongestCode = 240;     ///< of `code` in a sentence; a longer one is taken for a stray mark
constexpr std::string_view kThreeDots = "…";  ///< as one character

bool blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool digit(char c) { return c >= '0' && c <= '9'; }
bool lower(char c) { return c >= 'a' && c <= 'z'; }
bool upper(char c) { return c >= 'A' && c <= 'Z'; }
bool letter(char c) { return lower(c) || upper(c); }

template <std::size_t N>
bool one_of(const std::array<std::string_view, N>& sorted, std::string_view word) {
  return std::binary_search(sorted.begin(), sorted.end(), word);
}

template <std::size_t N>
constexpr std::array<std::string_view, N> sorted(std::array<std::string_view, N> words) {
  std::sort(words.begin(), words.end());
  return words;
}

/// Never the end of a sentence: something follows that they introduce. Without the stop, in lower case.
constexpr auto kIntroducing = sorted(std::to_array<std::string_view>(
    {"a.k.a", "aka", "approx", "arxiv", "ca",   "cf",  "e.g", "eg",  "eq",  "eqs",  "esp", "fig",   "figs",
     "i.e",   "ie",  "incl",   "resp",  "sect", "thm", "v",   "viz", "vol", "vols", "vs",  "w.r.t", "wrt"}));

/// The same when they begin with a capital: titles. "Gen. Lee", but "the next gen."
constexpr auto kTitles = sorted(std::to_array<std::string_view>(
    {"adm", "capt", "cmdr", "col", "cpl",  "dr",   "gen", "gov", "hon", "lt",  "maj", "messrs", "mr",
     "mrs", "ms",   "mt",   "mx",  "pres", "prof", "rep", "rev", "sen", "sgt", "st",  "supt"}));

/// The end of a sentence or not: only the word after tells.
constexpr auto kEither = sorted(std::to_array<std::string_view>(
    {"a.d",  "a.m", "al",   "apr", "assn", "aug",  "b.c", "bros", "co",  "corp", "d.c", "dec",
     "dept", "etc", "feb",  "inc", "jan",  "jr",   "jul", "jun",  "llc", "ltd",  "nov", "oct",
     "p.m",  "ph",  "ph.d", "plc", "sep",  "sept", "sr",  "u.k",  "u.n", "u.s",  "univ"}));

/// Introducing only in front of a number: "No. 5", "pp. 3-7", "Sec. (2)"; else a word like others.
constexpr auto kBeforeNumber = sorted(std::to_array<std::string_view>(
    {"app", "art", "ch", "chap", "def", "ed",   "ex", "exp",  "l",  "ll",  "max",  "min", "n",   "no",
     "nos", "nr",  "op", "p",    "par", "para", "pp", "prop", "pt", "ref", "refs", "s",   "sec", "tab"}));

/// Words that begin sentences much more often than they follow an abbreviation or an initial inside one.
constexpr auto kBeginners = sorted(std::to_array<std::string_view>(
    {"A",         "After",    "All",     "Also",    "Although", "An",      "And",       "Another", "Any",
     "As",        "At",       "Because", "Before",  "Both",     "But",     "By",        "Do",      "Does",
     "During",    "Each",     "Even",    "Every",   "Finally",  "First",   "For",       "From",    "Further",
     "Given",     "He",       "Hence",   "Her",     "Here",     "His",     "How",       "However", "I",
     "If",        "In",       "Instead", "Is",      "It",       "Its",     "Let",       "Like",    "Many",
     "More",      "Moreover", "Most",    "My",      "Neither",  "Next",    "No",        "Not",     "Note",
     "Nothing",   "Now",      "Of",      "On",      "Once",     "One",     "Only",      "Or",      "Other",
     "Otherwise", "Our",      "Over",    "Perhaps", "Second",   "She",     "Similarly", "Since",   "So",
     "Some",      "Still",    "Such",    "That",    "The",      "Their",   "Then",      "There",   "Therefore",
     "These",     "They",     "This",    "Those",   "Though",   "Through", "Thus",      "To",      "Today",
     "Two",       "Under",    "Unlike",  "Until",   "Use",      "Using",   "We",        "What",    "When",
     "Where",     "Whether",  "Which",   "While",   "Who",      "Why",     "With",      "Without", "Yes",
     "Yet",       "You",      "Your"}));

std::string lower_case(std::string_view word) {
  std::string out(word);
  for (char& c : out)
    if (upper(c)) c = static_cast<char>(c | 0x20);
  return out;
}

// ---- Lines -----------------------------------------------------------------------------------------------------

struct Line {
  std::size_t begin = 0;  ///< its first byte that is not blank
  std::size_t end = 0;    ///< after its last byte that is not blank; begin == end: a blank line
  std::size_t next = 0;   ///< where the next line begins
};

Line line_at(std::string_view text, std::size_t at) {
  Line line;
  line.end = std::min(text.find('\n', at), text.size());
  line.next = std::min(line.end + 1, text.size());
  line.begin = at;
  while (line.begin < line.end && blank(text[line.begin])) ++line.begin;
  while (line.end > line.begin && blank(text[line.end - 1])) --line.end;
  return line;
}

/// The length of "- ", "1. ", "(a) " and the like at the start of a line, blanks included; 0: no list item.
std::size_t marker_length(std::string_view line) {
  constexpr std::string_view kBullet = "•";
  std::size_t at = 0;
  if (line.starts_with(kBullet)) {
    at = kBullet.size();
  } else if (!line.empty() && (line[0] == '-' || line[0] == '*' || line[0] == '+')) {
    at = 1;
  } else {
    if (!line.empty() && line[0] == '(') ++at;
    const std::size_t word = at;
    while (at < line.size() && at - word < 4 && digit(line[at])) ++at;
    if (at == word && at < line.size() && letter(line[at])) ++at;
    if (at == word || at == line.size() || (line[at] != '.' && line[at] != ')')) return 0;
    if (line[at] == '.' && letter(line[word])) return 0;  // an initial more often than a list of letters
    ++at;
  }
  if (at == line.size() || !blank(line[at])) return 0;
  while (at < line.size() && blank(line[at])) ++at;
  return at;
}

bool is_heading(std::string_view line) {
  const std::size_t marks = std::min(line.find_first_not_of('#'), line.size());
  return marks >= 1 && marks <= 6 && (marks == line.size() || blank(line[marks]));
}

/// Whether a sentence can't go from the line before into this one.
bool stands_alone(std::string_view line) {
  return line.starts_with('|') || is_heading(line) || marker_length(line) > 0;
}

/// Calls `use(Span)` for each run of lines that sentences may cross. Blank lines separate runs.
template <typename Use>
void for_each_run(std::string_view text, Use use) {
  Span run;
  const auto flush = [&] {
    if (run.size() > 0) use(run);
    run = {};
  };
  for (std::size_t at = 0; at < text.size();) {
    const Line line = line_at(text, at);
    const std::string_view content = text.substr(line.begin, line.end - line.begin);
    if (content.empty() || stands_alone(content)) flush();
    if (!content.empty()) run = {run.size() > 0 ? run.begin : line.begin, line.end};
    if (is_heading(content)) flush();
    at = line.next;
  }
  flush();
}

// ---- Stops -----------------------------------------------------------------------------------------------------

enum class Stop { kNone, kFull, kMark, kEllipsis, kWide };  ///< ".", "!" or "?", "...", "。"

/// Sentences of one run of lines.
class Run {
 public:
  Run(std::string_view text, Span run, std::vector<Span>& out)
      : text_(text), begin_(run.begin), end_(run.end), out_(out) {}

  void split() {
    sentence_ = begin_;
    at_ = begin_ + marker_length(text_.substr(begin_, end_ - begin_));
    while (at_ < end_) step();
    cut(end_);
  }

 private:
  void step() {
    if (text_[at_] == '`') return skip_code();
    const std::size_t stop_begin = at_;
    const Stop stop = read_stops();
    if (stop == Stop::kNone) {
      ++at_;
      return;
    }
    read_closers();
    if (at_ >= end_) return;
    std::size_t next = at_;
    while (next < end_ && blank(text_[next])) ++next;
    if (next >= end_ || (next == at_ && stop != Stop::kWide)) return;
    if (!ends(stop, stop_begin, next)) return;
    cut(at_);
    sentence_ = at_ = next;
  }

  void cut(std::size_t end) {
    while (end > sentence_ && blank(text_[end - 1])) --end;
    if (end > sentence_) out_.push_back({sentence_, end});
  }

  bool starts(std::string_view what) const { return text_.substr(at_, end_ - at_).starts_with(what); }

  /// Reads all stops at this place.
  Stop read_stops() {
    Stop stop = Stop::kNone;
    std::size_t dots = 0;
    for (bool more = true; more && at_ < end_;) {
      if (text_[at_] == '.') {
        ++at_;
        if (stop == Stop::kNone) stop = Stop::kFull;
        if (++dots > 1 && stop == Stop::kFull) stop = Stop::kEllipsis;
      } else if (text_[at_] == '!' || text_[at_] == '?') {
        ++at_;
        if (stop != Stop::kWide) stop = Stop::kMark;
      } else if (starts(kThreeDots)) {
        at_ += kThreeDots.size();
        if (stop == Stop::kNone || stop == Stop::kFull) stop = Stop::kEllipsis;
      } else if (starts("。") || starts("！") || starts("？") || starts("｡")) {
        at_ += 3;
        stop = Stop::kWide;
      } else {
        more = false;
      }
    }
    return stop;
  }

  /// What belongs to the sentence though it stands after the stop: quotes, brackets, emphasis, [12].
  void read_closers() {
    constexpr auto kWide = std::to_array<std::string_view>({"”", "’", "»", "」", "』", "）", "】"});
    while (at_ < end_) {
      const char c = text_[at_];
      if (c == '"' || c == '\'' || c == ')' || c == ']' || c == '}' || c == '*' || c == '_') {
        ++at_;
      } else if (c == '[') {
        std::size_t close = at_ + 1;
        while (close < end_ && close - at_ < 16 && (digit(text_[close]) || text_[close] == ',' || text_[close] == '-'))
          ++close;
        if (close == at_ + 1 || close >= end_ || text_[close] != ']') return;
        at_ = close + 1;
      } else {
        const auto wide = std::find_if(kWide.begin(), kWide.end(), [&](std::string_view w) { return starts(w); });
        if (wide == kWide.end()) return;
        at_ += wide->size();
      }
    }
  }

  void skip_code() {
    std::size_t content = at_;
    while (content < end_ && text_[content] == '`') ++content;
    const std::string_view marks = text_.substr(at_, std::min<std::size_t>(content - at_, 3));
    const std::size_t look = std::min(end_, content + kLongestCode);
    const std::size_t close = text_.substr(0, look).find(marks, content);
    at_ = close == std::string_view::npos ? content : close + marks.size();
  }

  /// The word that ends at `end`, without opening brackets and quotes; its first 48 bytes are not looked at.
  std::string_view word_before(std::size_t end) const {
    std::size_t begin = end;
    while (begin > sentence_ && end - begin < kLongestLook && !blank(text_[begin - 1])) --begin;
    while (begin < end && !letter(text_[begin]) && !digit(text_[begin]) &&
           static_cast<unsigned char>(text_[begin]) < 0x80) {
      ++begin;
    }
    return text_.substr(begin, end - begin);
  }

  std::string_view word_at(std::size_t begin) const {
    std::size_t end = begin;
    while (end < end_ && end - begin < kLongestLook && !blank(text_[end])) ++end;
    return text_.substr(begin, end - begin);
  }

  /// Lower case that can begin a sentence all the same: top_k, np.array(), iPhone, x1.
  static bool looks_like_code(std::string_view word) {
    while (!word.empty() && (word.back() == '.' || word.back() == ',' || word.back() == ';' || word.back() == ':'))
      word.remove_suffix(1);
    return std::any_of(word.begin(), word.end(), [](char c) {
      return digit(c) || upper(c) || c == '_' || c == '.' || c == '(' || c == '/' || c == '=';
    });
  }

  bool ends(Stop stop, std::size_t stop_begin, std::size_t next) const {
    if (stop == Stop::kWide) return true;
    const std::string_view after = word_at(next);
    const bool goes_on = starts_lower(after) && !looks_like_code(after);
    if (goes_on || after[0] == ',' || after[0] == ';') return false;
    if (stop != Stop::kFull) return true;
    return ends_after(word_before(stop_begin), after, stop_begin);
  }

  /// Whether "word." is the end in front of `after`, which doesn't go on in lower case.
  bool ends_after(std::string_view word, std::string_view after, std::size_t stop) const {
    if (word.empty()) return true;
    const std::string plain = lower_case(word);
    const bool number_follows = digit(after[0]) || (after[0] == '(' && after.size() > 1 && digit(after[1]));
    if (one_of(kEither, plain)) return !number_follows && begins_sentence(after);
    if (one_of(kIntroducing, plain) || (upper(word[0]) && one_of(kTitles, plain))) return false;
    if (number_follows && one_of(kBeforeNumber, plain)) return false;
    if (is_lettered(word)) return !number_follows && begins_sentence(after);
    if (stop - word.size() == sentence_ && word.size() <= 3 && std::all_of(word.begin(), word.end(), digit))
      return false;
    return true;
  }

  /// "J", "U.S", "Ph.D": single letters with stops between, the first a capital.
  static bool is_lettered(std::string_view word) {
    if (word.empty() || !upper(word[0])) return false;
    for (std::size_t i = 1; i < word.size(); i += 2)
      if (word[i] != '.' || i + 1 >= word.size() || !letter(word[i + 1])) return false;
    return true;
  }

  static bool starts_lower(std::string_view word) {
    if (static_cast<unsigned char>(word[0]) < 0x80) return lower(word[0]);
    const char32_t code = character_at(word, 0).code;
    return is_lower(code);
  }

  static bool begins_sentence(std::string_view word) {
    while (!word.empty() && !letter(word[0]) && static_cast<unsigned char>(word[0]) < 0x80) word.remove_prefix(1);
    const auto end = std::find_if_not(word.begin(), word.end(), letter);
    return one_of(kBeginners, word.substr(0, static_cast<std::size_t>(end - word.begin())));
  }

  std::string_view text_;
  std::size_t begin_;
  std::size_t end_;
  std::vector<Span>& out_;
  std::size_t sentence_ = 0;
  std::size_t at_ = 0;
};

}  // namespace

std::vector<Span> paragraphs(std::string_view text) {
  std::vector<Span> out;
  bool open = false;
  for (std::size_t at = 0; at < text.size();) {
    const Line line = line_at(text, at);
    const bool empty = line.begin == line.end;
    if (!empty && !open) out.push_back({line.begin, line.end});
    if (!empty) out.back().end = line.end;
    open = !empty;
    at = line.next;
  }
  return out;
}

std::vector<Span> sentences(std::string_view text) {
  std::vector<Span> out;
  for_each_run(text, [&](Span run) { Run(text, run, out).split(); });
  return out;
}

}  // namespace groundwork::text
