#include "measure/bundle.h"

#include <fstream>

#include "measure/dataset.h"

namespace groundwork::measure {
namespace {

namespace fs = std::filesystem;
namespace json = base::json;
using base::Code;
using base::make_error;
using base::Result;
using base::Status;

/// An id becomes the name of a folder.
bool is_plain(const std::string& id) {
  return !id.empty() && id.size() <= 128 && id.front() != '.' &&
         id.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.") == std::string::npos;
}

/// Copies samples to `to` as long as they are some.
Status copy_samples(std::istream& in, const fs::path& to, const std::string& where) {
  std::ofstream out(to, std::ios::binary);
  std::size_t number = 1;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (const auto sample = sample_from_line(line); !sample.ok()) {
      return make_error(Code::kInvalidArgument, "expected a sample: " + sample.error().text(),
                        where + ":" + std::to_string(number));
    }
    out << line << '\n';
  }
  out.flush();
  return out ? Status{} : Status{make_error(Code::kResourceExhausted, "samples could not be written", to.string())};
}

}  // namespace

Status export_run(const RunStore& store, const std::string& id, const fs::path& file) {
  GW_TRY(const Run run, store.load(id));
  GW_TRY(const fs::path folder, store.resolve(id));
  const fs::path beside = file.string() + ".part";
  std::ofstream out(beside, std::ios::binary);
  out << json::serialize(json::object{{"groundwork_run", to_json(run)}}) << '\n';
  // The lines as they are: a number that is read and written again may differ in its last digit, and its hash with it.
  std::ifstream samples(folder / "cases.jsonl", std::ios::binary);
  for (std::string line; std::getline(samples, line) && !samples.eof();) out << line << '\n';
  out.close();
  std::error_code failure;
  if (out) fs::rename(beside, file, failure);
  if (!out || failure) {
    fs::remove(beside, failure);
    return make_error(Code::kPermissionDenied, "the file could not be written", file.string());
  }
  return {};
}

Result<Run> import_run(const RunStore& store, const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return make_error(Code::kNotFound, "the file can't be read", file.string());
  std::string first;
  std::getline(in, first);
  const auto head = base::parse_json(first);
  const std::string where = file.string() + ":1";
  if (!head.ok() || !head->is_object() || !head->get_object().contains("groundwork_run")) {
    return make_error(Code::kInvalidArgument, "expected a run that `eval export` wrote", where);
  }
  GW_TRY(Run run, run_from_json(head->get_object().at("groundwork_run"), where));
  if (!is_plain(run.id))
    return make_error(Code::kInvalidArgument, "id: expected letters, digits, '-', '_', '.'", where);
  const fs::path folder = store.folder_of(run.id);
  std::error_code failure;
  if (fs::exists(folder, failure)) return make_error(Code::kAlreadyExists, "run " + run.id + " is there already");
  const fs::path beside = store.folder() / (".import-" + run.id);
  fs::remove_all(beside, failure);
  GW_CHECK_OK(base::create_folders(beside));
  const Status copied = copy_samples(in, beside / "cases.jsonl", file.string());
  const auto sha256 = sha256_of_file(beside / "cases.jsonl");
  const bool whole = run.cases_sha256.empty() || (sha256.ok() && *sha256 == run.cases_sha256);
  if (!copied.ok() || !whole) {
    fs::remove_all(beside, failure);
    if (!copied.ok()) return copied.error();
    return make_error(Code::kDataLoss, "the samples are not those that the run was finished with", file.string());
  }
  GW_CHECK_OK(base::write_file_atomically(beside / "run.json", json::serialize(to_json(run)) + "\n"));
  fs::rename(beside, folder, failure);
  if (failure) return make_error(Code::kPermissionDenied, failure.message(), folder.string());
  return run;
}

}  // namespace groundwork::measure
