#include "tools/command_table.h"

#include <iterator>

namespace tally::tools {

std::vector<Command> CommandTable() {
  std::vector<Command> table;
  for (const auto& group :
       {InitCommands,        StatusCommands,    KeyCommands,       LogKeyCommands,
        PartyCommands,       PartyRoleCommands, FeedCommands,      DocumentCommands,
        AppendCommands,      LogCommands,       ProofCommands,     TileCommands,
        WitnessCommands,     PackCommands,      StampCommands,     TimeCommands,
        VerifyCommands,      EraseCommands,     BackupCommands,    SalvageCommands,
        ImportCommands,      TermsCommands,     AgreementCommands, AmendmentCommands,
        TargetCommands,      DisputeCommands,   ForumCommands,     RulingCommands,
        RestatementCommands, ExclusionCommands, MatterCommands,    BalanceCommands,
        InvoiceCommands,     RightCommands,     ReplayCommands,    CompareCommands,
        ProjectCommands,     WindowCommands,    HelpCommands}) {
    std::vector<Command> commands = group();
    table.insert(table.end(), std::make_move_iterator(commands.begin()),
                 std::make_move_iterator(commands.end()));
  }
  return table;
}

}  // namespace tally::tools
