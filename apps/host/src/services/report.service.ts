import { BusService, Service } from 'trunkline';

@BusService({ name: 'report.nightly', description: 'Creates the report of the day' })
export class CreateNightlyReport extends Service<object, { readonly activities: number }> {
  async handle() {
    const recent = await this.invoke('adapter.activity.recent', { user_id: 'USER-1' });
    this.logger.info({ activities: recent.length }, 'nightly report created');
    return { activities: recent.length };
  }
}
