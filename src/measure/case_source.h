#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "measure/dataset.h"
#include "measure/service.h"
#include "measure/suite.h"

namespace groundwork::measure {

/// A case to be asked, and for which time.
struct Job {
  Case one;
  std::size_t repeat = 0;
};

/// Which cases a run asks.
struct Selection {
  std::size_t in_file = 0;  ///< cases of the dataset
  std::size_t from_file = 0;
  std::size_t hidden = 0;
  std::uint64_t seed = 1;
  std::size_t repeats = 1;

  std::size_t calls() const { return (from_file + hidden) * repeats; }
};

/// @param wanted  cases in all; nothing: all of them. Dataset and hidden cases keep their shares.
Selection select(std::size_t in_file, std::size_t hidden, std::optional<std::size_t> wanted, std::uint64_t seed,
                 std::size_t repeats);

/// The jobs of a run, one after another: the drawn cases in the dataset's order, the hidden ones behind them, all of it
/// once for each repeat. The same selection gives the same jobs. Memory is one case and the hidden ones.
/// @source Knuth, The Art of Computer Programming, volume 2, algorithm 3.4.2S (selection sampling)
class CaseSource {
 public:
  CaseSource(const Suite& suite, const Service& service, const Selection& selection);

  /// Nothing at the end. @errors as CaseReader and Service::check_case, with the place
  base::Result<std::optional<Job>> next();

 private:
  base::Result<std::optional<Case>> next_of_file();

  const Suite& suite_;
  const Service& service_;
  Selection selection_;
  std::vector<Case> hidden_;
  std::optional<CaseReader> reader_;
  base::Random random_;
  std::size_t read_ = 0;
  std::size_t taken_ = 0;
  std::size_t hidden_taken_ = 0;
  std::size_t repeat_ = 0;
};

}  // namespace groundwork::measure
