#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace groundwork::text {

/// The pieces of a vocabulary as two tries over bytes, one of pieces that begin a word and one of those that continue
/// it. Reading is thread-safe; adding is not.
class PieceTrie {
 public:
  enum class Place : std::uint32_t { kStart = 0, kContinuation = 1 };
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;
  static constexpr std::size_t kMostNodes = (std::size_t{1} << 24) - 1;  ///< a node and a byte make a 32-bit key

  PieceTrie();

  enum class Added { kYes, kDuplicate, kFull };
  /// @param piece not empty
  Added add(std::string_view piece, Place place, std::uint32_t id);

  struct Match {
    std::uint32_t id = kNone;
    std::size_t length = 0;  ///< bytes; 0 when no piece begins the text
  };
  /// The longest piece that `text` begins with.
  Match longest(std::string_view text, Place place) const;

 private:
  struct Edge {
    std::uint32_t key = 0;  ///< (node << 8 | byte) + 1; 0 is an empty place
    std::uint32_t child = 0;
  };

  static std::uint32_t key_of(std::uint32_t node, char byte) {
    return (node << 8 | static_cast<unsigned char>(byte)) + 1;
  }
  /// The place of the edge, or the empty one where it belongs.
  std::size_t find(std::uint32_t key) const;
  void grow();

  std::vector<Edge> edges_;         ///< open addressing, a power of two of places, at most half of them taken
  unsigned shift_;                  ///< 32 - log2(edges_.size())
  std::vector<std::uint32_t> ids_;  ///< by node: the piece that ends there, or kNone
};

}  // namespace groundwork::text
