#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/result.h"

namespace groundwork::model {

using Token = std::int32_t;

/// Says which tokens may come next in one answer. Not thread-safe.
class Constraint {
 public:
  virtual ~Constraint() = default;

  virtual bool allows(Token token) = 0;
  /// Sets the scores of all tokens that may not come next to minus infinity.
  virtual void mask(std::span<float> scores) = 0;
  /// The token has come. @errors kInternal: it was not allowed
  virtual base::Status accept(Token token) = 0;
};

/// One token to compute.
struct BatchToken {
  Token token = 0;
  std::int32_t position = 0;  ///< in its sequence, from 0
  std::int32_t sequence = 0;
  bool scored = false;  ///< whether the scores of what follows it are wanted
};

/// What the scheduler needs of a model: tokens of many sequences in, scores of what may follow out. Sequences share the
/// memory of what they have in common.
class Decoder {
 public:
  struct Limits {
    int context = 0;    ///< the longest sequence, in tokens
    int cells = 0;      ///< tokens that memory holds, of all sequences together; what is shared counts once
    int sequences = 0;  ///< numbered from 0
    int batch = 0;      ///< tokens in one call of decode()
  };

  virtual ~Decoder() = default;
  virtual Limits limits() const = 0;

  // Thread-safe.
  virtual std::string bytes_of(
      Token token) const = 0;                ///< parts of UTF-8 characters at times; empty for control tokens
  virtual bool ends(Token token) const = 0;  ///< whether an answer ends with it

  // By one thread at a time.

  /// Computes the tokens. Each sequence's positions follow those that it already has.
  /// @errors kResourceExhausted: memory is full, nothing has changed; any other: the sequences in the batch are in an
  ///         unknown state
  virtual base::Status decode(std::span<const BatchToken> batch) = 0;
  /// The scores behind token `index` of the last batch, one for each token of the vocabulary; until the next decode().
  virtual std::span<float> scores(std::size_t index) = 0;
  /// The first `tokens` of `from` become those of `to`, which is empty. Nothing is computed or copied.
  virtual void share(std::int32_t from, std::int32_t to, std::int32_t tokens) = 0;
  virtual void forget(std::int32_t sequence) = 0;
};

}  // namespace groundwork::model
