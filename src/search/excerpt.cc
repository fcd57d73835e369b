#include "search/excerpt.h"

#include <map>

#include "search/analyzer.h"
#include "text/unicode.h"

namespace groundwork::search {
namespace {

struct Place {
  std::string term;
  text::Span source;
};

std::vector<Place> places_of(std::string_view text, const std::set<std::string>& terms) {
  std::vector<Place> places;
  for (const Token& token : analyzer_of_this_thread().analyze(text)) {
    if (!terms.contains(token.term)) continue;
    // The parts of an identifier lie within it.
    if (!places.empty() && token.source.begin < places.back().source.end) continue;
    places.push_back({token.term, token.source});
  }
  return places;
}

/// The first place of the window with most different terms.
std::size_t best_start(const std::vector<Place>& places, std::size_t window) {
  std::map<std::string_view, std::size_t> inside;
  std::size_t best = 0;
  std::size_t most = 0;
  std::size_t end = 0;
  for (std::size_t begin = 0; begin < places.size(); ++begin) {
    for (; end < places.size() && places[end].source.end - places[begin].source.begin <= window; ++end) {
      ++inside[places[end].term];
    }
    if (inside.size() > most) {
      most = inside.size();
      best = begin;
    }
    if (end <= begin) {
      end = begin + 1;  // a word longer than the window
      inside.clear();
    } else if (--inside[places[begin].term] == 0) {
      inside.erase(places[begin].term);
    }
  }
  return best;
}

}  // namespace

Excerpt excerpt(std::string_view text, const std::set<std::string>& terms, std::size_t max_bytes) {
  const std::vector<Place> places = places_of(text, terms);
  Excerpt out;
  if (!places.empty() && text.size() > max_bytes) {
    // A third of the room for what leads to the first word.
    const std::size_t first = places[best_start(places, max_bytes - max_bytes / 3)].source.begin;
    std::size_t begin = first > max_bytes / 3 ? first - max_bytes / 3 : 0;
    if (begin > 0) {
      while (begin < first && !text::is_ascii_space(text[begin - 1])) ++begin;
    }
    out.range.begin = begin;
  }
  while (out.range.begin < text.size() && text::is_ascii_space(text[out.range.begin])) ++out.range.begin;
  std::size_t end = std::min(text.size(), out.range.begin + max_bytes);
  while (end < text.size() && end > out.range.begin && !text::starts_character(text[end])) --end;
  out.range.end = end;
  for (const Place& place : places) {
    if (place.source.begin >= out.range.begin && place.source.end <= end) out.marks.push_back(place.source);
  }
  return out;
}

}  // namespace groundwork::search
