import { BusService, optional, required, Service } from 'trunkline';

@BusService({
  name: 'dashboard.get',
  input: 'user_id',
  description: 'Profile, notifications and activity of a user; the last two may be missing',
})
export class GetDashboard extends Service<{ user_id: string }> {
  async handle() {
    const { user_id } = this.request.input;
    const { data, problems } = await this.compose({
      profile: required('adapter.users.get', { user_id }, { title: 'Failed to load user profile' }),
      notifications: optional('adapter.notifications.list', { user_id }, { fallback: [], timeout: '300ms' }),
      activity: optional('adapter.activity.recent', { user_id }, { fallback: [], timeout: '300ms' }),
    });
    return { ...data, errors: Object.keys(problems).map((branch) => `${branch}_unavailable`) };
  }
}
