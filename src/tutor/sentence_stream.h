#pragma once

// What a model writes, {"sentences":[{"text":"...","passage":1,"quote":"..."}, ...]}, taken apart while it comes. In
// scope: which objects are whole. Not in scope: whether what they say is true.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace groundwork::tutor {

/// A sentence as a model proposes it; nothing of it is checked but that it is UTF-8.
struct Draft {
  std::string text;
  std::int64_t passage = 0;  ///< as the prompt numbers them, from 1
  std::string quote;
  friend bool operator==(const Draft&, const Draft&) = default;
};

/// Takes text in pieces that may be cut anywhere, within characters and escapes too. The first byte that doesn't belong
/// is an error, and nothing is taken from then on; what was whole before stays given.
class SentenceStream {
 public:
  static constexpr std::size_t kLongestObject = std::size_t{16} << 10;  ///< bytes
  static constexpr std::size_t kDraftsAtMost = 32;

  /// @return the sentences whose objects this piece has closed, in order
  /// @errors kInvalidArgument: not the form above; kResourceExhausted: an object or their number is too large. The same
  ///         for every further piece.
  base::Result<std::vector<Draft>> feed(std::string_view piece);

  /// Whether the last bracket has come.
  bool complete() const { return at_ == At::kEnd; }

 private:
  enum class At {
    kHead,    ///< before the first object: {"sentences":[
    kObject,  ///< within one
    kBehind,  ///< behind one: a comma or the end of the array
    kNext,    ///< behind a comma
    kTail,    ///< behind the array: }
    kEnd,
    kBroken,
  };

  base::Status take(char c, std::vector<Draft>& drafts);
  base::Status take_head(char c);
  base::Status take_in_object(char c, std::vector<Draft>& drafts);
  void begin_object();

  At at_ = At::kHead;
  std::size_t head_ = 0;  ///< bytes of the head that have come
  std::string object_;
  int depth_ = 0;
  bool in_string_ = false;
  bool escaped_ = false;
  std::size_t given_ = 0;
  base::Error error_;
};

}  // namespace groundwork::tutor
