#include "core/atom_table.h"

#include "core/glob_pattern.h"

#include <algorithm>
#include <cmath>
#include <utility>

// A row answers all atoms of the slot for one value. There are four ways to it, fastest first:
//
//  - Prepared: numbers and words fall into cells, whose rows were computed when the set was built,
//    as long as they take no more than kPreparedBytesMax.
//  - Cached: the row of an interned string, by its serial.
//  - Matched: hash look-up, patterns, nets; then the possible set from the bits that came out.
//  - Judged: evaluate() on each atom, for values of a kind that the slot's atoms do not expect, and
//    for checks that have no faster form.
//
// Lists: each element's bits are matched; a test holds if it does for any element, or, if the atom
// wants all, for every one. Inversion comes last. A text that is names of flags is matched whole,
// and `in` and `intersects` also look at all or any of the names.
//
// Invariant: bit i of a row equals evaluate() on checks_[i].
namespace sequitur {
namespace {

constexpr std::size_t kPreparedBytesMax = std::size_t{4} << 20;

void set_bit(std::vector<std::uint64_t>& words, std::uint32_t bit) {
    words[bit / 64] |= std::uint64_t{1} << (bit % 64);
}

struct ExactVisitor {
    ExactNumber operator()(bool value) const { return value ? 1 : 0; }
    ExactNumber operator()(std::int64_t value) const { return static_cast<ExactNumber>(value); }
    ExactNumber operator()(std::uint64_t value) const { return static_cast<ExactNumber>(value); }
    ExactNumber operator()(double value) const { return value; }
    ExactNumber operator()(const std::string&) const { return 0; }
    ExactNumber operator()(const IpNet&) const { return 0; }
};

ExactNumber exact(const Value& value) {
    switch (value.type) {
        case ValueType::kBool: return value.b ? 1 : 0;
        case ValueType::kInt: return static_cast<ExactNumber>(value.i);
        case ValueType::kUint: return static_cast<ExactNumber>(value.u);
        case ValueType::kDouble: return value.d;
        case ValueType::kMissing:
        case ValueType::kText:
        case ValueType::kBytes:
        case ValueType::kIp:
        case ValueType::kNet:
        case ValueType::kList: return 0;
    }
    return 0;
}

}  // namespace

Result<AtomTable> AtomTable::build(const Slot& slot, std::span<const Atom> atoms,
                                   SlotRefutation refutation) {
    AtomTable table;
    table.slot_ = slot;
    table.refutation_ = std::move(refutation);
    table.words_ = slot.words();
    table.set_words_ = static_cast<std::uint32_t>(table.refutation_.constrained().size());
    table.exists_bits_.resize(table.words_);
    for (auto* bits :
         {&table.inverted_bits_, &table.all_bits_, &table.in_bits_, &table.intersects_bits_}) {
        bits->resize(table.words_);
    }
    for (const std::uint32_t atom : slot.atoms) {
        table.checks_.push_back(condition_of(atoms[atom].check));
    }
    if (Result<void> built = table.build_tests(atoms); !built) {
        return tl::unexpected(std::move(built.error()));
    }
    table.build_prepared();
    return table;
}

Result<void> AtomTable::build_tests(std::span<const Atom> atoms) {
    TextTable::Tests texts;
    std::vector<NumberTable::Comparison> numbers;
    std::vector<NetTable::Entry> nets;
    const bool is_text =
        slot_.value_class == ValueClass::kText || slot_.value_class == ValueClass::kBytes;
    for (const std::uint32_t number : slot_.atoms) {
        const Atom& atom = atoms[number];
        const std::uint32_t bit = atom.address.bit;
        if (atom.test == Atom::Test::kExists) set_bit(exists_bits_, bit);
        if (atom.test == Atom::Test::kExists || atom.test == Atom::Test::kJudged) continue;
        if (atom.wants_all) set_bit(all_bits_, bit);
        if (atom.is_inverted) set_bit(inverted_bits_, bit);
        if (atom.check.op == Operator::kIn) set_bit(in_bits_, bit);
        if (atom.check.op == Operator::kIntersects) set_bit(intersects_bits_, bit);
        for (Pattern pattern : atom.patterns) {
            pattern.bit = bit;
            texts.patterns.push_back(std::move(pattern));
        }
        if (atom.test == Atom::Test::kPattern) continue;
        NumberTable::Comparison comparison{
            .op = atom.test == Atom::Test::kCompare ? atom.check.op : Operator::kEq,
            .constants = {},
            .bit = bit};
        for (const Operand& right : atom.check.right) {
            if (const auto* net = std::get_if<IpNet>(&right.constant)) {
                nets.push_back({*net, bit});
            } else if (const auto* text = std::get_if<std::string>(&right.constant)) {
                if (atom.test == Atom::Test::kEqual) {
                    texts.equalities.push_back({*text, bit});
                } else if (!has_glob(*text)) {
                    texts.path_prefixes.push_back({*text, bit});
                }
            } else {
                comparison.constants.push_back(std::visit(ExactVisitor(), right.constant));
            }
        }
        numbers.push_back(std::move(comparison));
    }
    nets_ = NetTable(nets);
    if (!is_text) {
        numbers_ = NumberTable(numbers);
        return {};
    }
    Result<TextTable> table = TextTable::build(std::move(texts));
    if (!table) return tl::unexpected(std::move(table.error()));
    texts_ = std::move(*table);
    return {};
}

std::uint32_t AtomTable::cell_count() const {
    if (slot_.shape == Slot::Shape::kJudged) return 2;
    switch (slot_.value_class) {
        case ValueClass::kBool:
        case ValueClass::kNumber: return numbers_.cell_count();
        case ValueClass::kText:
        case ValueClass::kBytes: return texts_.has_patterns() ? 0 : texts_.cell_count();
        case ValueClass::kNet: return 0;
    }
    return 0;
}

void AtomTable::build_prepared() {
    const std::uint32_t cells = cell_count();
    is_prepared_ = cells > 0 && (cells + 1) * std::size_t{8} * stride() <= kPreparedBytesMax;
    const std::uint32_t rows = is_prepared_ ? cells + 1 : 1;
    prepared_.assign(rows * std::size_t{stride()}, 0);
    finish(prepared_.data());
    for (std::uint32_t i = 1; i < rows; ++i) {
        std::uint64_t* row = prepared_.data() + std::size_t{i} * stride();
        const std::span bits(row, words_);
        if (slot_.shape == Slot::Shape::kJudged) {
            row[0] = i - 1;
            finish(row);
            continue;
        }
        if (numbers_.empty()) {
            texts_.match_cell(i - 1, bits);
        } else {
            numbers_.match(i - 1, bits);
        }
        finish_matched(row);
    }
}

void AtomTable::prepare(AtomScratch& own, SharedAtomScratch& shared,
                        std::size_t cache_entries_max) const {
    // A process-scoped row is kept in the process image and asked for here once per image.
    constexpr std::size_t kProcessEntriesMax = 1024;
    constexpr std::size_t kCacheBytesMax = std::size_t{4} << 20;
    own.row.assign(stride(), 0);
    own.element.assign(words_, 0);
    shared.text.patterns.fit(texts_.patterns());
    const bool is_text = slot_.value_class == ValueClass::kText && !is_judged();
    if (!is_text || is_prepared_) return;
    std::size_t entries = std::min(cache_entries_max, kCacheBytesMax / 8 / (stride() + 2));
    if (slot_.is_process_scoped) entries = std::min(entries, kProcessEntriesMax);
    own.cache.emplace(stride(), entries);
}

// Completes a row whose bits are there.
const std::uint64_t* AtomTable::finish(std::uint64_t* row) const {
    if (set_words_ > 0) refutation_.possible_of({row, words_}, {row + words_, set_words_});
    return row;
}

// Completes a row whose bits say which tests hold for a value.
const std::uint64_t* AtomTable::finish_matched(std::uint64_t* row) const {
    for (std::uint32_t i = 0; i < words_; ++i)
        row[i] = (row[i] ^ inverted_bits_[i]) | exists_bits_[i];
    return finish(row);
}

bool AtomTable::is_expected(const Value& value) const {
    switch (value.type) {
        case ValueType::kBool: return slot_.value_class == ValueClass::kBool;
        case ValueType::kInt:
        case ValueType::kUint: return slot_.value_class == ValueClass::kNumber;
        case ValueType::kDouble:
            return slot_.value_class == ValueClass::kNumber && !std::isnan(value.d);
        case ValueType::kText: return slot_.value_class == ValueClass::kText;
        case ValueType::kBytes: return slot_.value_class == ValueClass::kBytes;
        case ValueType::kIp:
        case ValueType::kNet: return slot_.value_class == ValueClass::kNet;
        case ValueType::kMissing:
        case ValueType::kList: return false;
    }
    return false;
}

const std::uint64_t* AtomTable::row(const Event& event, AtomScratch& own,
                                    SharedAtomScratch& shared) const {
    if (is_judged()) return judged_row(event, own, shared);
    const Value value = slot_.operand.kind == Operand::Kind::kField
                            ? extract(slot_.operand.field, event, shared.values)
                            : evaluate(slot_.operand, event, {}, shared.values);
    if (!value) return prepared(0);
    if (value.type == ValueType::kList) {
        const bool is_plain = slot_.shape == Slot::Shape::kSeveral && !value.list.empty() &&
                              std::ranges::all_of(value.list, [&](const Value& element) {
                                  return is_expected(element);
                              });
        return is_plain ? list_row(value, own, shared) : judged_row(event, own, shared);
    }
    if (!is_expected(value)) return judged_row(event, own, shared);
    switch (slot_.value_class) {
        case ValueClass::kBool:
        case ValueClass::kNumber: return number_row(exact(value), own);
        case ValueClass::kText:
        case ValueClass::kBytes: return text_row(value, own, shared);
        case ValueClass::kNet: break;
    }
    std::fill_n(own.row.begin(), words_, 0);
    nets_.match(value.net, std::span(own.row).first(words_));
    return finish_matched(own.row.data());
}

const std::uint64_t* AtomTable::number_row(ExactNumber number, AtomScratch& own) const {
    const std::uint32_t cell = numbers_.cell_of(number);
    if (is_prepared_) return prepared(cell + 1);
    std::fill_n(own.row.begin(), words_, 0);
    numbers_.match(cell, std::span(own.row).first(words_));
    return finish_matched(own.row.data());
}

const std::uint64_t* AtomTable::text_row(const Value& value, AtomScratch& own,
                                         SharedAtomScratch& shared) const {
    if (!value.list.empty()) return flags_row(value, own, shared);
    if (is_prepared_) return prepared(texts_.cell_of(value.text) + 1);
    std::uint64_t* row = own.row.data();
    if (value.symbol != nullptr && own.cache) {
        if (const std::uint64_t* found = own.cache->find(value.symbol)) return found;
        row = own.cache->insert(value.symbol).data();
    }
    std::fill_n(row, words_, 0);
    match(value, shared, {row, words_});
    return finish_matched(row);
}

void AtomTable::match(const Value& value, SharedAtomScratch& shared,
                      std::span<std::uint64_t> bits) const {
    switch (slot_.value_class) {
        case ValueClass::kBool:
        case ValueClass::kNumber: numbers_.match(numbers_.cell_of(exact(value)), bits); return;
        case ValueClass::kNet: nets_.match(value.net, bits); return;
        case ValueClass::kText:
        case ValueClass::kBytes: break;
    }
    texts_.match_cell(texts_.cell_of(value.text), bits);
    texts_.match_patterns(value.text, shared.text, bits);
}

const std::uint64_t* AtomTable::list_row(const Value& list, AtomScratch& own,
                                         SharedAtomScratch& shared) const {
    std::uint64_t* row = own.row.data();
    std::ranges::copy(all_bits_, row);
    for (const Value& element : list.list) {
        std::ranges::fill(own.element, 0);
        match(element, shared, own.element);
        for (std::uint32_t i = 0; i < words_; ++i) {
            const std::uint64_t any = row[i] | own.element[i], all = row[i] & own.element[i];
            row[i] = (any & ~all_bits_[i]) | (all & all_bits_[i]);
        }
    }
    return finish_matched(row);
}

const std::uint64_t* AtomTable::flags_row(const Value& flags, AtomScratch& own,
                                          SharedAtomScratch& shared) const {
    std::uint64_t* row = own.row.data();
    std::ranges::copy(in_bits_, row);
    for (const Value& name : flags.list) {
        std::ranges::fill(own.element, 0);
        texts_.match_cell(texts_.cell_of(name.text), own.element);
        for (std::uint32_t i = 0; i < words_; ++i) {
            row[i] &= own.element[i] | ~in_bits_[i];
            row[i] |= own.element[i] & intersects_bits_[i];
        }
    }
    match(flags, shared, {row, words_});
    return finish_matched(row);
}

const std::uint64_t* AtomTable::judged_row(const Event& event, AtomScratch& own,
                                           SharedAtomScratch& shared) const {
    if (is_judged()) return prepared(evaluate(checks_[0], event, {}, shared.values) ? 2 : 1);
    std::fill_n(own.row.begin(), words_, 0);
    for (std::uint32_t i = 0; i < checks_.size(); ++i) {
        if (evaluate(checks_[i], event, {}, shared.values)) set_bit(own.row, i);
    }
    return finish(own.row.data());
}

std::size_t AtomTable::bytes() const { return texts_.bytes() + prepared_.size() * 8; }

}  // namespace sequitur
