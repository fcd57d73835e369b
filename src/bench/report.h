#pragma once

#include <string>

#include "bench/compare.h"
#include "bench/run.h"

namespace groundwork::bench {

/// A run, or two that were compared, as one HTML page that needs nothing else: no scripts, no fonts, nothing from a
/// network; light and dark. Texts of the target are escaped. @param program  name and version
std::string run_report(const BenchResult& result, const std::string& program);
std::string comparison_report(const BenchResult& a, const BenchResult& b, const BenchComparison& comparison,
                              const std::string& program);

}  // namespace groundwork::bench
